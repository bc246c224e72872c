"""The contracts and the college's profile."""
