"""Second factors: an authenticator app (TOTP), passkeys (WebAuthn), recovery codes (B10)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.records import Record, of
from services.common.kernel.typed_text.fields import Line
from services.common.kernel.validation import fields, validate
from services.contracts import shapes
from services.contracts.identity.errors import ChallengeOver, LastFactor, ProofRefused
from services.contracts.identity.shapes import LARGEST_PASSKEY

KINDS = ("totp", "passkey")


class Factor(Record):
    """A second factor of the caller."""

    id: UUID
    kind: str = of(fields.String(validate=validate.OneOf(KINDS)))
    name: str
    added_at: datetime
    last_used_at: datetime | None


class FactorAdded(Record):
    """The factor; with the first one, the recovery codes, told only now."""

    factor: Factor
    recovery_codes: list[str] = of(fields.List(fields.String(), metadata={"secret": True}))


class ListFactors(Call):
    """Lists the caller's second factors, and how many recovery codes are left."""

    access = SIGNED_IN
    read_only = True

    class Reply(Record):
        """The factors; `obligatory` for staff."""

        factors: list[Factor]
        recovery_codes_left: int
        obligatory: bool


class BeginTotp(Call):
    """Makes a secret for an authenticator app; it counts only once a code of it was confirmed."""

    access = SIGNED_IN.recently_authenticated()

    class Reply(Record):
        """The secret, also as the address that a QR code holds, and as that QR code (SVG)."""

        challenge: str = of(fields.String(metadata={"secret": True}))
        secret: str = of(fields.String(metadata={"secret": True}))
        address: str = of(fields.String(metadata={"secret": True}))
        qr_code: str = of(fields.String(metadata={"secret": True}))
        expires_in: int


class ConfirmTotp(Call):
    """Adds the authenticator app whose code shows that it holds the secret; its owner is told by mail."""

    access = SIGNED_IN.recently_authenticated()
    errors = (ChallengeOver, ProofRefused)

    class Request(Record):
        """The challenge, a code, and what to call it."""

        challenge: str = of(shapes.secret())
        code: str = of(shapes.secret(20))
        name: str = of(Line(validate=validate.Length(max=100)), default="")

    Reply = FactorAdded


class BeginPasskey(Call):
    """Gives what the browser needs to make a passkey (navigator.credentials.create())."""

    access = SIGNED_IN.recently_authenticated()

    class Reply(Record):
        """The options."""

        challenge: str = of(fields.String(metadata={"secret": True}))
        passkey: dict[str, Any] = of(fields.Dict(metadata={"secret": True}))
        expires_in: int


class ConfirmPasskey(Call):
    """Adds the passkey that the browser made; its owner is told by mail."""

    access = SIGNED_IN.recently_authenticated()
    errors = (ChallengeOver, ProofRefused)

    class Request(Record):
        """The challenge, what the browser gave, and what to call it."""

        challenge: str = of(shapes.secret())
        passkey: dict[str, Any] = of(fields.Dict(metadata={"secret": True, "largest_bytes": LARGEST_PASSKEY}))
        name: str = of(Line(validate=validate.Length(max=100)), default="")

    Reply = FactorAdded


class RemoveFactor(Call):
    """Removes a second factor; its owner is told by mail. The last one of a member of staff stays."""

    access = SIGNED_IN.recently_authenticated()
    errors = (LastFactor,)

    class Request(Record):
        """Which."""

        factor_id: UUID


class RenewRecoveryCodes(Call):
    """Makes new recovery codes; the old ones stop working."""

    access = SIGNED_IN.recently_authenticated()

    class Reply(Record):
        """The codes, told only now; each works once."""

        recovery_codes: list[str] = of(fields.List(fields.String(), metadata={"secret": True}))
