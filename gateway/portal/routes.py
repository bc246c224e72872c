"""The one table of pages: each area lists its own (`PAGES` in its package)."""

from gateway.context import View
from gateway.portal import access, account, account_recovery, applicant, public, registrant, staff
from gateway.portal.kit.assets import serve

_PAGES = (
    *public.PAGES,
    *access.PAGES,
    *account_recovery.PAGES,
    *account.PAGES,
    *applicant.PAGES,
    *registrant.PAGES,
    *staff.PAGES,
)
PORTAL: dict[tuple[str, str], View] = {
    ("GET", "/assets/<digest>/<name>"): serve,
    **{(method, page.path): page.answer for page in _PAGES for method in page.methods},
}
