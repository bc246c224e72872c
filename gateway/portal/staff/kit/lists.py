"""What lists have in common: the filters and the order that stand in their address, without what no list has."""

from collections.abc import Collection, Iterable, Mapping

from gateway.http.requests import Request
from gateway.portal.kit.forms import Form
from gateway.portal.kit.texts import _

# What the orders of the contracts are called.
ORDER_NAMES = {
    "newest": _("Newest first"),
    "oldest": _("Oldest first"),
    "name": _("By name"),
    "recipient": _("By address"),
    "total": _("Largest total first"),
    "amount": _("Largest amount first"),
}
ORDER = _("Order")
_LONGEST_TEXT = 200


def chosen(request: Request, *texts: str, **known: Collection[str]) -> dict[str, str]:
    """Gives what the address says under these names: `texts` as they were typed, of the others only what is `known`."""
    asked = {name: request.query.get(name, "").replace("\0", "").strip()[:_LONGEST_TEXT] for name in (*texts, *known)}
    return {name: text for name, text in asked.items() if text and (name in texts or text in known[name])}


def form(chosen: Mapping[str, str], labels: Mapping[str, str] | None = None) -> Form:
    """Gives the form of what is chosen; only the order has an input, unless there are other labels."""
    return Form(labels or {"order": ORDER}, {name: [text] for name, text in chosen.items()})


def named(orders: Iterable[str]) -> list[tuple[str, str]]:
    """Gives the orders of a list with their names (marked texts)."""
    return [(order, ORDER_NAMES[order]) for order in orders]
