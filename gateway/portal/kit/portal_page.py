"""A page of the portal: its address, who may see it; whoever may not is sent to sign in, to confirm who they are, or refused."""

from dataclasses import dataclass, replace

from gateway.context import Context, View
from gateway.http.cookies import SAFE
from gateway.http.errors import CrossSiteRequest, NotForDelegates
from gateway.http.responses import Response
from gateway.portal.kit import acting, languages, session_guard
from gateway.portal.kit.forms import LanguageChanged
from gateway.portal.kit.navigation import STAFF, Menu
from gateway.portal.kit.page import redirect
from services.common.kernel.access import ANYONE, Access, StepUpRequired
from services.common.kernel.contract import Call
from services.common.kernel.errors import Forbidden, Unauthenticated
from services.contracts.identity.accounts import GetMe
from services.contracts.identity.delegates import ActFor
from services.contracts.identity.sessions import BeginStepUp, RefreshSession, SignOut

# What keeps a session up, proves it and ends it, on whatever page.
SESSION_CALLS = frozenset({RefreshSession, GetMe, ActFor, BeginStepUp, SignOut})
WORK_ENDED = "/security/delegates"  # where one is again when working for somebody is over


@dataclass(frozen=True)
class PortalPage:
    """A page at `path`: a view, and the calls that it makes; with `form` it also takes what its form posts.

    The first call is what the page is for: who may make that one may see the page, and is asked for a proof where it asks for one. A page
    whose call is open to more names `like`, another call whose access is the page's. A page without calls is for anyone, and so is one
    that may be seen `signed_out`, since it leads to signing in. `menu` is its link at the top of every page.

    `rate` names a rate limit (rate_limits.py), which counts what is posted to a page with a form, and what is looked at otherwise.
    What is posted comes from our own pages, unless the page takes it from `anywhere`: its address then holds all that it takes, and
    nobody is known by a cookie. With `delegates` a delegate at work may see it whatever pages were opened to them.
    """

    path: str
    view: View
    calls: tuple[type[Call], ...] = ()
    form: bool = False
    rate: str | None = None
    anywhere: bool = False
    delegates: bool = False
    like: type[Call] | None = None
    signed_out: bool = False
    menu: Menu | None = None

    @property
    def access(self) -> Access:
        """Who may see the page."""
        return ANYONE if self.signed_out or self._own is None else self._own.access

    @property
    def _own(self) -> type[Call] | None:
        return self.like or next(iter(self.calls), None)

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that the page takes."""
        return ("GET", "POST") if self.form else ("GET",)

    def answer(self, context: Context) -> Response:
        """Answers a request; raises ServiceError, which becomes an error page."""
        context = replace(context, calls=SESSION_CALLS.union(self.calls))
        languages.keep_chosen(context)
        over = self._learn(context)
        # What anyone may send, such as signing out, is done all the same.
        if acting.resume(context, self.access.public) and (context.request.method in SAFE or not self.access.public):
            return redirect(WORK_ENDED)
        if self.rate and self.form == (context.request.method not in SAFE):
            context.services.limits.take(self.rate, context.request.address)
        try:
            self._admit(context)
            return self._shown(context)
        except Unauthenticated:
            if self.access.public:
                raise
            return session_guard.to_sign_in(context, over)
        except Forbidden:
            if not context.caller.delegate_id and self.path.startswith(STAFF) and session_guard.lacks_second_factor(context):
                return session_guard.to_first_factor(context)
            raise
        except StepUpRequired:
            return session_guard.to_step_up(context)

    def _shown(self, context: Context) -> Response:
        try:
            return self.view(context)
        except LanguageChanged:
            return self.view(context)

    def _learn(self, context: Context) -> bool:
        try:
            return session_guard.identify(context, self.access.public)
        except CrossSiteRequest:
            if not self.anywhere:
                raise
            return False

    def _admit(self, context: Context) -> None:
        """Raises Unauthenticated, Forbidden, StepUpRequired. The service that the page would have asked refuses as well."""
        if self.delegates and context.caller.delegate_id:
            return
        try:
            self._check(context)
        except Forbidden:
            if self._own is not None:
                context.services.leave_trace(self._own, context.request)
            if context.caller.delegate_id:
                raise NotForDelegates() from None
            raise

    def _check(self, context: Context) -> None:
        try:
            self.access.check(context.caller)
        except Forbidden:
            if context.request.renewed:
                raise
            session_guard.renew(context)  # a role can be newer than the access token: that of somebody who has just paid
            self.access.check(context.caller)


@dataclass(frozen=True)
class Action(PortalPage):
    """An address that only takes what a button posts, such as signing out."""

    @property
    def methods(self) -> tuple[str, ...]:
        """The one method."""
        return ("POST",)
