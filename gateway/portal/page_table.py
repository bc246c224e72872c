"""Every address of the portal and who is let in, as a table: `python -m gateway.portal.page_table > docs/pages.md` writes it anew.

A page that is taken away, or opened to others, shows in the difference.
"""

import sys

from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.routes import PORTAL

_INTRODUCTION = """# Pages of the portal

Written by `make generate` from the pages (`PAGES` of each area in `gateway/portal`).

| address | methods | who | rate limit |
|---|---|---|---|
"""


def table() -> str:
    """Gives the whole page in Markdown."""
    return _INTRODUCTION + "".join(f"| {' | '.join(_cells(page))} |\n" for page in sorted(pages(), key=lambda page: page.path))


def pages() -> list[PortalPage]:
    """Gives every page of the portal once."""
    found = {page.path: page for page in (getattr(answer, "__self__", None) for answer in PORTAL.values()) if page}
    return list(found.values())


def _cells(page: PortalPage) -> tuple[str, ...]:
    people = str(page.access)
    if page.delegates:
        people += "; every delegate at work"
    if page.anywhere:
        people += "; sent from anywhere"
    return f"`{page.path}`", " ".join(page.methods), people, page.rate or ""


if __name__ == "__main__":
    sys.stdout.write(table())
