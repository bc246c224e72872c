"""Contracts of services that exist only in tests."""
