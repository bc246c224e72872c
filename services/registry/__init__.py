"""Registrants, the public register, practice sites, hours, certificates."""
