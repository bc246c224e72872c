"""Who may call: declared on each contract, checked before anything else is done. Nothing declared means nobody."""

import time
from dataclasses import dataclass, replace

from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, ServiceError, Unauthenticated
from services.common.kernel.text import Text

FRESH_S = 900  # a sensitive act is done within fifteen minutes of having shown who one is


class StepUpRequired(ServiceError):
    """The act is sensitive, and it is too long ago that the person showed who they are: show it again, then repeat the request."""

    code = "step_up_required"
    status = 403
    title = Text("Please confirm that it is you.", "Veuillez confirmer votre identité.")
    detail = Text(
        "This needs your password or your second step once more. Give it, then try again.",
        "Cette opération demande de nouveau votre mot de passe ou votre deuxième étape. Indiquez-les, puis réessayez.",
    )


@dataclass(frozen=True, slots=True)
class Access:
    """A declaration of who may make a call. The use case still checks that a thing belongs to the person asking.

    `page` lets in delegates who were given that page; `scopes` lets in programs; `fresh` asks a person to have shown who they are
    within the last fifteen minutes.
    """

    public: bool = False
    roles: frozenset[str] = frozenset()
    scopes: frozenset[str] = frozenset()
    page: str | None = None
    fresh: bool = False
    programs_only: bool = False

    def check(self, caller: Caller) -> None:
        """Lets the caller pass; raises Unauthenticated without a sign-in, Forbidden without a fitting role, StepUpRequired."""
        if self.public:
            return
        if caller.client_id:
            if self.scopes.isdisjoint(caller.scopes):
                raise Forbidden()
            return
        if not caller.signed_in:
            raise Unauthenticated()
        if self.programs_only:
            raise Forbidden()
        if caller.delegate_id and self.page not in caller.pages:
            raise Forbidden()
        if self.roles and not caller.has(*self.roles):
            raise Forbidden()
        if self.fresh and time.time() - caller.proved_at > FRESH_S:
            raise StepUpRequired()

    def admits(self, caller: Caller | None) -> bool:
        """Whether the caller would pass."""
        try:
            self.check(caller or Caller())
        except ServiceError:
            return False
        return True

    def delegable(self, page: str) -> "Access":
        """Gives the same access, open also to delegates who were let into `page` (B11)."""
        return replace(self, page=page)

    def recently_authenticated(self) -> "Access":
        """Gives the same access for a sensitive act: who one is must have been shown within the last fifteen minutes."""
        return replace(self, fresh=True)

    def __str__(self) -> str:
        if self.public:
            return "anyone"
        people = ", ".join(sorted(self.roles)) if self.roles else "anyone signed in"
        parts = [] if self.programs_only else [people]
        parts += [f"programs with {scope}" for scope in sorted(self.scopes)]
        if self.page:
            parts.append(f"delegates for {self.page}")
        return "; ".join(parts) + (" (shown who they are within 15 minutes)" if self.fresh else "")


ANYONE = Access(public=True)
SIGNED_IN = Access()


def roles(*names: str) -> Access:
    """Declares that a signed-in person with at least one of these roles may call."""
    if not names:
        raise ValueError("name at least one role")
    return Access(roles=frozenset(names))


def programs(*scopes: str) -> Access:
    """Declares that a program with at least one of these scopes may call, and no person."""
    if not scopes:
        raise ValueError("name at least one scope")
    return Access(scopes=frozenset(scopes), programs_only=True)
