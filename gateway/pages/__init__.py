"""The few small pages that mails, QR codes and the payment provider lead to; they work without scripts."""

from gateway.pages.assets import style
from gateway.pages.help import sign_in_help
from gateway.pages.mailed_links import LINKED, delegation
from gateway.pages.notices import fees, home, payment_done, portal
from gateway.pages.page import Page
from gateway.pages.recovery import RECOVERY
from gateway.pages.verification import verify

PAGES: dict[tuple[str, str], Page] = {
    ("GET", "/"): home,
    ("GET", "/portal"): portal,
    ("GET", "/sign-in-help"): sign_in_help,
    ("GET", "/delegation"): delegation,
    ("GET", "/verify/<code>"): verify,
    ("GET", "/payments/done"): payment_done,
    ("GET", "/fees/<number>"): fees,
    ("GET", "/assets/style.css"): style,
    **{address: target for form in (*RECOVERY, *LINKED) for address, target in form.pages().items()},
}
