"""Programs of others, such as hospitals and insurers: client credentials with scopes (RFC 6749, section 4.4)."""

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Code
from services.common.kernel.validation import Schema, fields, validate
from services.contracts import shapes
from services.contracts.identity.errors import WrongState
from services.contracts.identity.shapes import AccessToken
from services.contracts.roles import ADMINISTRATORS, SCOPES


class ProgramRefused(ServiceError):
    """The program's credentials are not right, or were revoked."""

    code = "invalid_client"
    status = 401
    title = Text("This program is not let in.", "Ce programme n’est pas autorisé.")
    detail = Text(
        "Check its identifier and secret with the College.",
        "Vérifiez son identifiant et son secret auprès de l’Ordre.",
    )


class ScopeRefused(ServiceError):
    """The program asks for a scope that it was not given."""

    code = "invalid_scope"
    status = 400
    title = Text("This program may not do all that it asks for.", "Ce programme n’a pas toutes les portées demandées.")
    detail = Text(
        "Ask for fewer scopes, or have the College give the program more.",
        "Demandez moins de portées, ou faites-en accorder d’autres au programme par l’Ordre.",
    )


class Program(Schema):
    """A program as administrators see it; its secret is never shown again."""

    id = fields.UUID(required=True)
    client_id = fields.String(required=True)
    name = fields.String(required=True)
    scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True)
    registered_at = shapes.instant(required=True)
    secret_renewed_at = shapes.instant(required=True)
    last_used_at = shapes.instant(required=True, allow_none=True)
    revoked_at = shapes.instant(required=True, allow_none=True)


class ProgramWithSecret(Program):
    """A program with its secret, told only now."""

    client_secret = fields.String(required=True, metadata={"secret": True})


class RegisterProgram(Call):
    """Registers a program with its scopes and gives its credentials, once."""

    access = ADMINISTRATORS.recently_authenticated()

    class Request(Schema):
        """Whose it is, and what it may do."""

        name = shapes.name(100, required=True)
        scopes = fields.List(fields.String(validate=validate.OneOf(SCOPES)), required=True, validate=validate.Length(1, 20))

    Reply = ProgramWithSecret


class ListPrograms(Call):
    """Lists the registered programs, revoked ones too, by name."""

    access = ADMINISTRATORS
    read_only = True

    class Reply(Schema):
        """The programs."""

        programs = fields.List(fields.Nested(Program), required=True)


class RenewProgramSecret(Call):
    """Gives a program a new secret; the old one works for another day, so that it can be changed without an outage."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (WrongState,)

    class Request(Schema):
        """Which."""

        program_id = fields.UUID(required=True)

    Reply = ProgramWithSecret


class RevokeProgram(Call):
    """Revokes a program: it gets no more tokens; those it holds are refused within seconds."""

    access = ADMINISTRATORS.recently_authenticated()

    class Request(Schema):
        """Which, and why."""

        program_id = fields.UUID(required=True)
        note = shapes.long(2_000, required=True)

    Reply = Program


class IssueProgramToken(Call):
    """Gives a program an access token for its credentials (RFC 6749, client credentials)."""

    access = ANYONE
    errors = (ProgramRefused, ScopeRefused)

    class Request(Schema):
        """The credentials, and the scopes wanted, separated by spaces; all of them unless asked."""

        client_id = shapes.short(100, required=True)
        client_secret = shapes.secret(required=True)
        scope = Code(load_default="", validate=validate.Length(max=500))

    class Reply(AccessToken):
        """The token and what it covers."""

        scope = fields.String(required=True)
