"""What is left with a client and believed when it comes back: signed by us, for one purpose, bounded in size and age."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeTimedSerializer


class _Stamper(TimestampSigner):
    def __init__(self, keys: list[str], salt: str, clock: Callable[[], float]) -> None:
        super().__init__(keys, salt, key_derivation="hmac", digest_method=hashlib.sha256)
        self._clock = clock

    def get_timestamp(self) -> int:
        return int(self._clock())


@dataclass(frozen=True)
class Purpose:
    """What a value is for: one that was signed for another purpose is none. `longest` in characters, `good_for_s` in seconds.

    What is stamped has no end of its own: whoever reads it asks for its age.
    """

    name: str
    longest: int
    good_for_s: int = 0


@dataclass(frozen=True)
class SignedValues:
    """Signs with the first of `keys` and takes what any of them signed, so that they can be changed while all runs."""

    keys: tuple[str, ...] = field(repr=False)
    clock: Callable[[], float] = time.time

    def write(self, purpose: Purpose, value: Any) -> str:
        """Gives a JSON value as a text that `read` takes back; one that is too long for its purpose is not taken."""
        return self._serializer(purpose).dumps(value)

    def read(self, purpose: Purpose, text: str) -> Any:
        """Gives the value; None for one that we did not sign for this purpose, that is too old or too long."""
        if len(text) > purpose.longest:
            return None
        try:
            return self._serializer(purpose).loads(text, max_age=purpose.good_for_s)
        except BadData:
            return None

    def stamp(self, purpose: Purpose, text: str) -> str:
        """Gives a text with the time of now, which cannot be changed or put to another text."""
        return self._stamper(purpose).sign(text).decode()

    def age(self, purpose: Purpose, stamped: str) -> tuple[str, float] | None:
        """Gives the text and how many seconds ago it was stamped; None for what we did not stamp for this purpose."""
        if len(stamped) > purpose.longest:
            return None
        try:
            text, at = self._stamper(purpose).unsign(stamped, return_timestamp=True)
        except BadData:
            return None
        return text.decode(), self.clock() - at.timestamp()

    def _serializer(self, purpose: Purpose) -> URLSafeTimedSerializer:
        how = {"clock": self.clock}
        return URLSafeTimedSerializer(self._oldest_first, salt=f"value {purpose.name}", signer=_Stamper, signer_kwargs=how)

    def _stamper(self, purpose: Purpose) -> _Stamper:
        return _Stamper(self._oldest_first, salt=f"stamp {purpose.name}", clock=self.clock)

    @property
    def _oldest_first(self) -> list[str]:
        # The library takes an empty key, or none at all, without a word.
        if not self.keys or not all(self.keys):
            raise ValueError("there is no key to sign with")
        return list(reversed(self.keys))
