"""Who asks: the person or component behind a call, and the thread that ties all its traces together."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.common.ids import new_id
from services.common.text import LANGUAGES

TOKEN_HEADER = "x-token"  # noqa: S105 - the name of a header
CORRELATION_HEADER = "x-correlation-id"
LANGUAGE_HEADER = "x-language"
ADDRESS_HEADER = "x-client-address"
DEADLINE_HEADER = "x-deadline"
IDEMPOTENCY_HEADER = "x-idempotency-key"
SENDER_HEADER = "x-sender"  # never sent: the user whom the broker vouches for, set by whoever receives


@dataclass(frozen=True, slots=True)
class Caller:
    """The one who asks. `token` travels in call headers only; it is never in `repr`, events or logs."""

    account_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    session_id: UUID | None = None
    language: str = "en"
    correlation_id: str = field(default_factory=lambda: str(new_id()))
    address: str | None = None
    token: str | None = field(default=None, repr=False)

    @property
    def signed_in(self) -> bool:
        """Whether a valid token came with the call."""
        return self.account_id is not None

    def has(self, *roles: str) -> bool:
        """Whether the caller holds at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    def headers(self) -> dict[str, Any]:
        """Gives the call headers that let a service know this caller again."""
        headers = {CORRELATION_HEADER: self.correlation_id, LANGUAGE_HEADER: self.language}
        if self.address:
            headers[ADDRESS_HEADER] = self.address
        if self.token:
            headers[TOKEN_HEADER] = self.token
        return headers


def language_or_default(value: Any) -> str:
    """Gives `value` if it is a language of the college, else English."""
    return value if value in LANGUAGES else "en"
