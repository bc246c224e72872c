"""The one table of pages: each area lists its own (`PAGES` in its package). The menu has its links in the same order."""

from gateway.context import View
from gateway.portal import access, account, account_recovery, applicant, public, registrant, staff
from gateway.portal.kit import navigation
from gateway.portal.kit.assets import serve

PAGES = (
    *public.PAGES,
    *access.PAGES,
    *account_recovery.PAGES,
    *staff.PAGES,
    *registrant.PAGES,
    *applicant.PAGES,
    *account.PAGES,
)
navigation.know(PAGES)
PORTAL: dict[tuple[str, str], View] = {
    ("GET", "/assets/<digest>/<name>"): serve,
    **{(method, page.path): page.answer for page in PAGES for method in page.methods},
}
