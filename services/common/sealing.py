"""Sealed values: what one service must tell another over the bus and nobody else may read, such as the link in a mail."""

from cryptography.fernet import Fernet, InvalidToken


class CannotOpen(ValueError):
    """The seal does not fit: another key, a changed text, or too old."""


class SealedBox:
    """Seals and opens short texts under a key that only the two services hold."""

    def __init__(self, key: str) -> None:
        self._fernet = Fernet(key)

    def seal(self, text: str) -> str:
        """Gives the text, encrypted and authenticated."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str, max_age_s: int | None = None) -> str:
        """Gives the text back; raises CannotOpen."""
        try:
            return self._fernet.decrypt(sealed, ttl=max_age_s).decode()
        except (InvalidToken, TypeError) as error:
            raise CannotOpen("this value was not sealed for us") from error
