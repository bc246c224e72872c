"""The demonstration: one person's way from opening an account to the public register."""
