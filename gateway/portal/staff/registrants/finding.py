"""Finding a registrant by name or registration number: the public's own search, each result leading to the file."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _
from gateway.portal.staff.kit import lists
from services.common.kernel.errors import Invalid
from services.contracts.registry import SearchRegister

PAGE = "/staff/registrants"
LABELS = {"name": _("Name or registration number")}


def registrants(context: Context) -> Response:
    """Shows those who are looked for; all by name, a page at a time, where nobody is."""
    chosen = lists.chosen(context.request, "name")
    try:
        found = context.ask(SearchRegister, **chosen, cursor=context.request.query.get("cursor"))
    except Invalid:  # an address that was tampered with: begin at the first page
        found = context.ask(SearchRegister, **chosen)
    looking = lists.form(chosen, LABELS)
    return render(context, "staff/registrants/find.html", path=PAGE, chosen=chosen, looking=looking, found=found)


def page_of(number: str) -> str:
    """The address of a registrant's file."""
    return f"{PAGE}/{number}"
