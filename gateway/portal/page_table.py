"""Every address of the portal and who is let in, as a table: `python -m gateway.portal.page_table > docs/pages.md` writes it anew.

A page that is taken away, or opened to others, shows in the difference.
"""

import sys

from gateway.portal.kit.portal_page import PortalPage
from gateway.portal.routes import PAGES

_INTRODUCTION = """# Pages of the portal

Written by `make generate` from the pages (`PAGES` of each area in `gateway/portal`). Who may see a page follows from the first of its
calls, or from the one in brackets where that is open to more; [access.md](access.md) has the calls.

| address | methods | who | calls | rate limit | link in the menu |
|---|---|---|---|---|---|
"""


def table() -> str:
    """Gives the whole page in Markdown."""
    return _INTRODUCTION + "".join(f"| {' | '.join(_cells(page))} |\n" for page in sorted(PAGES, key=lambda page: page.path))


def _cells(page: PortalPage) -> tuple[str, ...]:
    people = str(page.access)
    if page.delegates:
        people += "; every delegate at work"
    if page.anywhere:
        people += "; sent from anywhere"
    calls = ", ".join(dict.fromkeys(f"`{call.method}`" for call in page.calls))
    if page.like:
        calls += f" (`{page.like.method}`)"
    link = f"{page.menu.text} ({page.menu.shown.name.lower()})" if page.menu else ""
    return f"`{page.path}`", " ".join(page.methods), people, calls, page.rate or "", link


if __name__ == "__main__":
    sys.stdout.write(table())
