"""Accounts of the staff and who administers them."""
