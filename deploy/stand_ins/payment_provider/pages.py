"""The pay page: plain HTML without script, in the payer's language."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from babel.numbers import format_currency
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.stand_ins.payment_provider.cards import ACCEPTED_NUMBER, DECLINED_NUMBER
from deploy.stand_ins.payment_provider.checkouts import Checkout
from deploy.stand_ins.payment_provider.texts import TEXTS

FOLDER = Path(__file__).parent / "templates"
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")

_templates = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def page_language(asked: str | None, checkout: Checkout | None) -> str:
    """Return the language asked for in the address, else the checkout's, else English."""
    if asked in TEXTS:
        return asked
    return checkout.order.language if checkout else "en"


def pay_page(
    checkout: Checkout, language: str, form: Mapping[str, str] | None = None, problems: Mapping[str, str] | None = None
) -> str:
    """Return the card form. `problems` maps fields to text keys; the card number is never shown again."""
    return _templates.get_template("pay.html").render(
        checkout=checkout,
        language=language,
        texts=TEXTS[language],
        amount=money(checkout.order.amount_cents, checkout.order.currency, language),
        form=form or {},
        problems=problems or {},
        test_cards=[(_grouped(ACCEPTED_NUMBER), "accepted"), (_grouped(DECLINED_NUMBER), "declined")],
    )


def notice_page(kind: str, language: str, onward: str | None = None) -> str:
    """Return a page without a form; `kind` is paid, expired or missing, `onward` where its link leads."""
    return _templates.get_template("notice.html").render(
        kind=kind, language=language, texts=TEXTS[language], onward=onward, problems={}
    )


def success_address(checkout: Checkout) -> str:
    """Return the college's page for a paid checkout, with ?checkout=<id> added to what it already asks."""
    parts = urlsplit(checkout.order.success_url)
    query = urlencode([*parse_qsl(parts.query, keep_blank_values=True), ("checkout", checkout.id)])
    return urlunsplit(parts._replace(query=query))


def money(cents: int, currency: str, language: str) -> str:
    """Return an amount as it is written in Canada: $123.45, 123,45 $."""
    return format_currency(Decimal(cents) / 100, currency, locale=f"{language}_CA")


def _grouped(number: str) -> str:
    return " ".join(number[place : place + 4] for place in range(0, len(number), 4))
