"""Accounts of the staff: administered by administrators, and their names told to colleagues."""
