"""Who asks: the person, delegate or program behind a call, and the thread that ties all its traces together."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from services.common.kernel.ids import new_id
from services.common.kernel.text import LANGUAGES

TOKEN_HEADER = "x-token"  # noqa: S105 - the name of a header
CORRELATION_HEADER = "x-correlation-id"
LANGUAGE_HEADER = "x-language"
ADDRESS_HEADER = "x-client-address"
DEVICE_HEADER = "x-client-device"
DEADLINE_HEADER = "x-deadline"
IDEMPOTENCY_HEADER = "x-idempotency-key"
SENDER_HEADER = "x-sender"  # never sent: the user whom the broker vouches for, set by whoever receives


@dataclass(frozen=True, slots=True)
class Caller:
    """The one who asks. `token` travels in call headers only; it is never in `repr`, events or logs.

    A delegate acts in the account of somebody else (B11): `account_id` is then that account, `delegate_id` the delegate's own, and
    `pages` the pages that the delegate was let into. A program has no account but a `client_id` and `scopes`. `proved_at` is when
    the person last showed who they are (seconds since 1970), which sensitive acts ask to be recent.
    """

    account_id: UUID | None = None
    roles: frozenset[str] = frozenset()
    session_id: UUID | None = None
    language: str = "en"
    correlation_id: str = field(default_factory=lambda: str(new_id()))
    address: str | None = None
    device: str | None = None
    token: str | None = field(default=None, repr=False)
    proved_at: int = 0
    delegate_id: UUID | None = None
    pages: frozenset[str] = frozenset()
    client_id: str | None = None
    scopes: frozenset[str] = frozenset()

    @property
    def signed_in(self) -> bool:
        """Whether a person's valid token came with the call."""
        return self.account_id is not None

    @property
    def name(self) -> str:
        """Names the one who asks as audit and events do; a delegate's acts are shown as by the one for the other (B11)."""
        if self.client_id:
            return f"client/{self.client_id}"
        if not self.account_id:
            return "anonymous"
        return f"account/{self.delegate_id} for account/{self.account_id}" if self.delegate_id else f"account/{self.account_id}"

    def has(self, *roles: str) -> bool:
        """Whether the caller holds at least one of `roles`."""
        return not self.roles.isdisjoint(roles)

    def is_let_into(self, page: str) -> bool:
        """Whether a page is the caller's own, or was opened to them as a delegate (B11)."""
        return self.delegate_id is None or page in self.pages

    def headers(self) -> dict[str, Any]:
        """Gives the call headers that let a service know this caller again."""
        headers = {CORRELATION_HEADER: self.correlation_id, LANGUAGE_HEADER: self.language}
        if self.address:
            headers[ADDRESS_HEADER] = self.address
        if self.device:
            headers[DEVICE_HEADER] = self.device
        if self.token:
            headers[TOKEN_HEADER] = self.token
        return headers


def language_or_default(value: Any) -> str:
    """Gives `value` if it is a language of the college, else English."""
    return value if value in LANGUAGES else "en"
