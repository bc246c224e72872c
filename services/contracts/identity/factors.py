"""Second factors: an authenticator app (TOTP), passkeys (WebAuthn), recovery codes (B10)."""

from services.common.kernel.access import SIGNED_IN
from services.common.kernel.contract import Call
from services.common.kernel.typed_text.fields import Line
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.identity.errors import ChallengeOver, LastFactor, ProofRefused
from services.contracts.identity.shapes import LARGEST_PASSKEY

KINDS = ("totp", "passkey")


class Factor(Schema):
    """A second factor of the caller."""

    id = fields.UUID(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    name = fields.String(required=True)
    added_at = shapes.instant(required=True)
    last_used_at = shapes.instant(required=True, allow_none=True)


class FactorAdded(Schema):
    """The factor; with the first one, the recovery codes, told only now."""

    factor = fields.Nested(Factor, required=True)
    recovery_codes = fields.List(fields.String(), required=True, metadata={"secret": True})


class ListFactors(Call):
    """Lists the caller's second factors, and how many recovery codes are left."""

    access = SIGNED_IN
    read_only = True

    class Reply(Schema):
        """The factors; `obligatory` for staff."""

        factors = fields.List(fields.Nested(Factor), required=True)
        recovery_codes_left = fields.Integer(required=True)
        obligatory = fields.Boolean(required=True)


class BeginTotp(Call):
    """Makes a secret for an authenticator app; it counts only once a code of it was confirmed."""

    access = SIGNED_IN.recently_authenticated()

    class Reply(Schema):
        """The secret, also as the address that a QR code holds, and as that QR code (SVG)."""

        challenge = fields.String(required=True)
        secret = fields.String(required=True, metadata={"secret": True})
        address = fields.String(required=True, metadata={"secret": True})
        qr_code = fields.String(required=True, metadata={"secret": True})
        expires_in = fields.Integer(required=True)


class ConfirmTotp(Call):
    """Adds the authenticator app whose code shows that it holds the secret; its owner is told by mail."""

    access = SIGNED_IN.recently_authenticated()
    errors = (ChallengeOver, ProofRefused)

    class Request(Schema):
        """The challenge, a code, and what to call it."""

        challenge = shapes.secret(required=True)
        code = shapes.secret(20, required=True)
        name = Line(load_default="", validate=validate.Length(max=100))

    Reply = FactorAdded


class BeginPasskey(Call):
    """Gives what the browser needs to make a passkey (navigator.credentials.create())."""

    access = SIGNED_IN.recently_authenticated()

    class Reply(Schema):
        """The options."""

        challenge = fields.String(required=True)
        passkey = fields.Dict(required=True)
        expires_in = fields.Integer(required=True)


class ConfirmPasskey(Call):
    """Adds the passkey that the browser made; its owner is told by mail."""

    access = SIGNED_IN.recently_authenticated()
    errors = (ChallengeOver, ProofRefused)

    class Request(Schema):
        """The challenge, what the browser gave, and what to call it."""

        challenge = shapes.secret(required=True)
        passkey = fields.Dict(required=True, metadata={"largest_bytes": LARGEST_PASSKEY})
        name = Line(load_default="", validate=validate.Length(max=100))

    Reply = FactorAdded


class RemoveFactor(Call):
    """Removes a second factor; its owner is told by mail. The last one of a member of staff stays."""

    access = SIGNED_IN.recently_authenticated()
    errors = (LastFactor,)

    class Request(Schema):
        """Which."""

        factor_id = fields.UUID(required=True)


class RenewRecoveryCodes(Call):
    """Makes new recovery codes; the old ones stop working."""

    access = SIGNED_IN.recently_authenticated()

    class Reply(Schema):
        """The codes, told only now; each works once."""

        recovery_codes = fields.List(fields.String(), required=True, metadata={"secret": True})
