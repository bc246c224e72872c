"""Secrets that we give out: made here, told once, and kept as digests only."""

import hashlib
import secrets

BYTES = 32


def new_secret() -> str:
    """Makes a secret of 256 bits that may stand in a link."""
    return secrets.token_urlsafe(BYTES)


def digest(secret: str) -> bytes:
    """Gives the SHA-256 of a secret. No salt is needed: nobody can guess 256 bits."""
    return hashlib.sha256(secret.encode()).digest()
