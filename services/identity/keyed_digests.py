"""Digests that nobody can make, or find the beginning of, without our key: of what could be guessed otherwise, such as an address."""

import hashlib
import hmac


class KeyedDigests:
    """Makes HMAC-SHA-256 digests under a key of its own, derived from a secret that only this service holds.

    Of several secrets with commas between, the first one counts: after a change the digests are others, and what they stood for is
    not known any more.
    """

    def __init__(self, secrets: str) -> None:
        newest = secrets.split(",", maxsplit=1)[0].strip()
        self._key = hmac.new(newest.encode(), b"identity: keyed digests", hashlib.sha256).digest()

    def of(self, what_for: str, *parts: str) -> bytes:
        """Gives the digest of these parts for a purpose: for two purposes it is never the same."""
        written = "\0".join((what_for, *parts))
        return hmac.new(self._key, written.encode(), hashlib.sha256).digest()
