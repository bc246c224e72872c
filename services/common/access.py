"""Who may call: declared on each contract, checked before anything else is done. Nothing declared means nobody."""

from dataclasses import dataclass

from services.common.caller import Caller
from services.common.errors import Forbidden, Unauthenticated


@dataclass(frozen=True, slots=True)
class Access:
    """A declaration of who may make a call. The use case still checks that a thing belongs to the person asking."""

    public: bool = False
    roles: frozenset[str] = frozenset()

    def check(self, caller: Caller) -> None:
        """Lets the caller pass; raises Unauthenticated without a sign-in, Forbidden without a fitting role."""
        if self.public:
            return
        if not caller.signed_in:
            raise Unauthenticated()
        if self.roles and not caller.has(*self.roles):
            raise Forbidden()

    def __str__(self) -> str:
        if self.public:
            return "anyone"
        return ", ".join(sorted(self.roles)) if self.roles else "anyone signed in"


ANYONE = Access(public=True)
SIGNED_IN = Access()


def roles(*names: str) -> Access:
    """Declares that a signed-in person with at least one of these roles may call."""
    if not names:
        raise ValueError("name at least one role")
    return Access(roles=frozenset(names))
