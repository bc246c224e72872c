"""The few small pages that mails, QR codes and the payment provider lead to; they work without scripts."""

from gateway.pages.activation import activate, offer_activation
from gateway.pages.assets import style
from gateway.pages.notices import fees, home, payment_done, portal
from gateway.pages.verification import verify

PAGES = {
    ("GET", "/"): home,
    ("GET", "/portal"): portal,
    ("GET", "/activate"): offer_activation,
    ("POST", "/activate"): activate,
    ("GET", "/verify/<code>"): verify,
    ("GET", "/payments/done"): payment_done,
    ("GET", "/fees/<number>"): fees,
    ("GET", "/assets/style.css"): style,
}
