"""Passwords: their rules, how they are kept, and the links that set them."""
