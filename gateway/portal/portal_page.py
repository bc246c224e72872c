"""A page of the portal: its address, who may see it; whoever may not is sent to sign in, to confirm who they are, or refused."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.cookies import SAFE
from gateway.edge import Edge
from gateway.portal import languages, who
from gateway.portal.page import Page
from gateway.requests import Request
from gateway.responses import Response
from services.common.access import ANYONE, Access, StepUpRequired
from services.common.errors import Unauthenticated


@dataclass(frozen=True)
class PortalPage:
    """A page at `path` for those whom `access` admits; with `form` it also takes what its form posts.

    `rate` names a rate limit (rate_limits.py), which counts what is posted to a page with a form, and what is looked at otherwise.
    """

    path: str
    page: Page
    access: Access = ANYONE
    form: bool = False
    rate: str | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that the page takes."""
        return ("GET", "POST") if self.form else ("GET",)

    def answer(self, edge: Edge, request: Request, path: Mapping[str, str]) -> Response:
        """Answers a request; raises ServiceError, which becomes an error page."""
        languages.keep_chosen(edge, request)
        over = who.learn(edge, request, self.access.public)
        if self.rate and self.form == (request.method not in SAFE):
            edge.limits.take(self.rate, request.address)
        try:
            self.access.check(request.caller)
            return self.page(edge, request, path)
        except Unauthenticated:
            if self.access.public:
                raise
            return who.to_sign_in(edge, request, over)
        except StepUpRequired:
            return who.to_step_up(edge, request)


@dataclass(frozen=True)
class Action(PortalPage):
    """An address that only takes what a button posts, such as signing out."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The one method."""
        return ("POST",)
