"""What identity's calls share: accounts, tokens, proofs."""

from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes

PROOFS = ("password", "totp", "recovery_code", "passkey")
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200  # characters
LARGEST_PASSKEY = 16_000  # bytes of what a browser says of a passkey, or with it


class Account(Schema):
    """An account as its owner sees it."""

    id = fields.UUID(required=True)
    email = shapes.email(required=True)
    application_id = fields.String(required=True, allow_none=True)
    language = shapes.language(required=True)
    roles = fields.List(fields.String(), required=True)


class AccessToken(Schema):
    """A short-lived token for calls."""

    access_token = fields.String(required=True)
    token_type = fields.String(required=True)
    expires_in = fields.Integer(required=True)


class Tokens(AccessToken):
    """What a sign-in gives: a short access token and a refresh token that works once."""

    refresh_token = fields.String(required=True)
    account = fields.Nested(Account, required=True)


class ProofNeeded(Schema):
    """What to show next: one of `methods`. `passkey` holds the options for the browser's navigator.credentials.get()."""

    challenge = fields.String(required=True)
    methods = fields.List(fields.String(validate=validate.OneOf(PROOFS)), required=True)
    passkey = fields.Dict(required=True, allow_none=True)
    expires_in = fields.Integer(required=True)


class SignInOutcome(Schema):
    """Tokens, or what must be shown before there are any: then all but `second_factor` is empty."""

    access_token = fields.String(required=True, allow_none=True)
    token_type = fields.String(required=True, allow_none=True)
    expires_in = fields.Integer(required=True, allow_none=True)
    refresh_token = fields.String(required=True, allow_none=True)
    account = fields.Nested(Account, required=True, allow_none=True)
    second_factor = fields.Nested(ProofNeeded, required=True, allow_none=True)
    enrolment_needed = fields.Boolean(required=True)


class Proof(Schema):
    """One proof: a password, a code of the authenticator app, a recovery code, or a passkey's answer."""

    password = shapes.secret(load_default=None, allow_none=True)
    code = shapes.secret(20, load_default=None, allow_none=True)
    recovery_code = shapes.secret(40, load_default=None, allow_none=True)
    passkey = fields.Dict(load_default=None, allow_none=True, metadata={"secret": True, "largest_bytes": LARGEST_PASSKEY})


class SealedLink(Schema):
    """A single-use link for a mail, sealed for correspondence."""

    account_id = fields.UUID(required=True)
    sealed_link = fields.String(required=True)
    expires_hours = fields.Integer(required=True)
