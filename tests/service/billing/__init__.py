"""Billing, on a real broker and database."""
