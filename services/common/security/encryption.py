"""Sealed values: what one service must tell another over the bus and nobody else may read, such as the link in a mail; or keep for itself."""

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class CannotOpen(ValueError):
    """The seal does not fit: another key, a changed text, or too old."""


class SealedBox:
    """Seals and opens short texts under keys that only its holders have.

    `keys` are separated by commas: the first one seals, each opens, so that a key can be changed while values sealed with the one before
    are under way. What is kept is sealed anew (`reseal`) before the old key goes.
    """

    def __init__(self, keys: str) -> None:
        fernets = [Fernet(key.strip()) for key in keys.split(",")]
        self._newest, self._all = fernets[0], MultiFernet(fernets)
        self.has_former = len(fernets) > 1

    def seal(self, text: str) -> str:
        """Gives the text, encrypted and authenticated."""
        return self._all.encrypt(text.encode()).decode()

    def open(self, sealed: str, max_age_s: int | None = None) -> str:
        """Gives the text back; raises CannotOpen."""
        try:
            return self._all.decrypt(sealed, ttl=max_age_s).decode()
        except (InvalidToken, TypeError) as error:
            raise CannotOpen("this value was not sealed for us") from error

    def reseal(self, sealed: str) -> str:
        """Gives the value sealed with the newest key, as it is if that one sealed it; its age stays. Raises CannotOpen."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            pass
        else:
            return sealed
        try:
            return self._all.rotate(sealed).decode()
        except (InvalidToken, TypeError) as error:
            raise CannotOpen("this value was not sealed for us") from error
