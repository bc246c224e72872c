"""Correspondence, on a real broker, database and mail sink."""
