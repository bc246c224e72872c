"""The one table of pages: each area lists its own (`PAGES` in its package)."""

from gateway.portal import access, account, applicant, getting_in, public, registrant, staff
from gateway.portal.assets import serve
from gateway.portal.page import Page

_PAGES = (
    *public.PAGES,
    *access.PAGES,
    *getting_in.PAGES,
    *account.PAGES,
    *applicant.PAGES,
    *registrant.PAGES,
    *staff.PAGES,
)
PORTAL: dict[tuple[str, str], Page] = {
    ("GET", "/assets/<digest>/<name>"): serve,
    **{(method, page.path): page.answer for page in _PAGES for method in page.methods},
}
