"""The pages that mailed links lead to, and those for who cannot get in; they work without scripts. All others are the portal's."""

from gateway.pages.assets import style
from gateway.pages.help import sign_in_help
from gateway.pages.mailed_links import LINKED, delegation
from gateway.pages.page import Page
from gateway.pages.recovery import RECOVERY

PAGES: dict[tuple[str, str], Page] = {
    ("GET", "/sign-in-help"): sign_in_help,
    ("GET", "/delegation"): delegation,
    ("GET", "/assets/style.css"): style,
    **{address: target for form in (*RECOVERY, *LINKED) for address, target in form.pages().items()},
}
