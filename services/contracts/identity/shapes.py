"""What identity's calls share: accounts, tokens, proofs."""

from typing import Any
from uuid import UUID

from services.common.kernel.records import Record, of
from services.common.kernel.validation import fields, validate
from services.contracts import shapes

PROOFS = ("password", "totp", "recovery_code", "passkey")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200  # characters
LARGEST_PASSKEY = 16_000  # bytes of what a browser says of a passkey, or with it


class Account(Record):
    """An account as its owner sees it."""

    id: UUID
    email: str = of(shapes.email())
    application_id: str | None
    language: str = of(shapes.language())
    roles: list[str]


class AccessToken(Record):
    """A short-lived token for calls."""

    access_token: str = of(fields.String(metadata={"secret": True}))
    token_type: str
    expires_in: int


class Tokens(AccessToken):
    """What a sign-in gives: a short access token and a refresh token that works once."""

    refresh_token: str = of(fields.String(metadata={"secret": True}))
    account: Account


class ProofNeeded(Record):
    """What to show next: one of `methods`. `passkey` holds the options for the browser's navigator.credentials.get()."""

    challenge: str = of(fields.String(metadata={"secret": True}))
    methods: list[str] = of(fields.List(fields.String(validate=validate.OneOf(PROOFS))))
    passkey: dict[str, Any] | None = of(fields.Dict(metadata={"secret": True}))
    expires_in: int


class SignInOutcome(Record):
    """Tokens, or what must be shown before there are any: then all but `second_factor` is empty."""

    access_token: str | None = of(fields.String(metadata={"secret": True}))
    token_type: str | None
    expires_in: int | None
    refresh_token: str | None = of(fields.String(metadata={"secret": True}))
    account: Account | None
    second_factor: ProofNeeded | None
    enrolment_needed: bool

    @property
    def tokens(self) -> Tokens | None:
        """The tokens, once there are any."""
        if not (self.access_token and self.token_type and self.expires_in and self.refresh_token and self.account):
            return None
        return Tokens(
            access_token=self.access_token,
            token_type=self.token_type,
            expires_in=self.expires_in,
            refresh_token=self.refresh_token,
            account=self.account,
        )


class Proof(Record):
    """One proof: a password, a code of the authenticator app, a recovery code, or a passkey's answer."""

    password: str | None = of(shapes.secret(), default=None)
    code: str | None = of(shapes.secret(20), default=None)
    recovery_code: str | None = of(shapes.secret(40), default=None)
    passkey: dict[str, Any] | None = of(fields.Dict(metadata={"secret": True, "largest_bytes": LARGEST_PASSKEY}), default=None)


class SealedLink(Record):
    """A single-use link for a mail, sealed for correspondence."""

    account_id: UUID
    sealed_link: str
    expires_hours: int
