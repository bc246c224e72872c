"""Programs of others, such as hospitals and insurers: client credentials with scopes (RFC 6749, section 4.4)."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.access import ANYONE
from services.common.kernel.contract import Call
from services.common.kernel.errors import ServiceError
from services.common.kernel.records import Record, of
from services.common.kernel.text import Text
from services.common.kernel.typed_text.fields import Code
from services.common.kernel.validation import fields, validate
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


class Program(Record):
    """A program as administrators see it; its secret is never shown again."""

    id: UUID
    client_id: str
    name: str
    scopes: list[str] = of(fields.List(fields.String(validate=validate.OneOf(SCOPES))))
    registered_at: datetime
    secret_renewed_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class ProgramWithSecret(Program):
    """A program with its secret, told only now."""

    client_secret: str = of(fields.String(metadata={"secret": True}))


class RegisterProgram(Call):
    """Registers a program with its scopes and gives its credentials, once."""

    access = ADMINISTRATORS.recently_authenticated()

    class Request(Record):
        """Whose it is, and what it may do."""

        name: str = of(shapes.name(100))
        scopes: list[str] = of(fields.List(fields.String(validate=validate.OneOf(SCOPES)), validate=validate.Length(1, 20)))

    Reply = ProgramWithSecret


class ListPrograms(Call):
    """Lists the registered programs, revoked ones too, by name."""

    access = ADMINISTRATORS
    read_only = True

    class Reply(Record):
        """The programs."""

        programs: list[Program]


class RenewProgramSecret(Call):
    """Gives a program a new secret; the old one works for another day, so that it can be changed without an outage."""

    access = ADMINISTRATORS.recently_authenticated()
    errors = (WrongState,)

    class Request(Record):
        """Which."""

        program_id: UUID

    Reply = ProgramWithSecret


class RevokeProgram(Call):
    """Revokes a program: it gets no more tokens; those it holds are refused within seconds."""

    access = ADMINISTRATORS.recently_authenticated()

    class Request(Record):
        """Which, and why."""

        program_id: UUID
        note: str = of(shapes.long(2_000))

    Reply = Program


class IssueProgramToken(Call):
    """Gives a program an access token for its credentials (RFC 6749, client credentials)."""

    access = ANYONE
    errors = (ProgramRefused, ScopeRefused)

    class Request(Record):
        """The credentials, and the scopes wanted, separated by spaces; all of them unless asked."""

        client_id: str = of(shapes.short(100))
        client_secret: str = of(shapes.secret())
        scope: str = of(Code(validate=validate.Length(max=500)), default="")

    class Reply(AccessToken):
        """The token and what it covers."""

        scope: str
