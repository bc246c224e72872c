"""Notices of the payment provider that are no payments: refunds, disputes, what cannot be read."""

from uuid import UUID

import click

from services.common.kernel.text import Text
from services.contracts.billing.notices import ListPaymentNotices, PaymentNotice, ResolvePaymentNotice
from staff.terminal.commands import argument, command, option, paged
from staff.terminal.context import Context
from staff.terminal.show import Page, instant


@command(
    "payment-notices",
    Text(
        "List what the payment provider told besides payments, newest first.",
        "Lister les avis du fournisseur autres que des paiements, les plus récents d’abord.",
    ),
    "payment-notices --unresolved",
    "payment-notices --limit 50 --json",
)
@option("--unresolved", is_flag=True, words=Text("Only those that need attention.", "Seulement ceux à traiter."))
@paged
def payment_notices(context: Context, unresolved: bool, limit: int, cursor: str | None) -> None:
    """Lists notices."""
    reply = context.call(ListPaymentNotices, unresolved=unresolved, limit=limit, cursor=cursor)
    empty = "no-unresolved" if unresolved else "no-notices"
    context.show(ListPaymentNotices, reply, lambda page, found: _draw_notices(page, found, empty))


@command(
    "resolve-payment-notice",
    Text("Mark a notice of the payment provider as dealt with.", "Marquer comme réglé un avis du fournisseur de paiement."),
    Text(
        'resolve-payment-notice 0193a1b2-0000-7000-8000-000000000001 --note "Answered at the provider on 2026-11-20."',
        'resolve-payment-notice 0193a1b2-0000-7000-8000-000000000001 --note "Réponse donnée au fournisseur le 2026-11-20."',
    ),
)
@argument("notice_id", Text("NOTICE-ID", "ID-DE-L’AVIS"), type=click.UUID)
@option(
    "--note",
    required=True,
    value=Text("TEXT", "TEXTE"),
    words=Text("What was done (needed).", "Ce qui a été fait (requis)."),
)
def resolve_payment_notice(context: Context, notice_id: UUID, note: str) -> None:
    """Marks a notice as dealt with."""
    reply = context.call(ResolvePaymentNotice, notice_id=notice_id, note=note)
    context.show(ResolvePaymentNotice, reply, lambda page, notice: _draw_rows(page, [notice]))


def _draw_notices(page: Page, reply: ListPaymentNotices.Reply, empty: str) -> None:
    if not reply.notices:
        page.line(page.text(empty))
        return
    _draw_rows(page, reply.notices)
    for notice in reply.notices:
        if notice.said and notice.state == "open":
            page.line()
            page.line(str(notice.id), "bold")
            page.line(notice.said)
    page.next_page(reply.next_cursor)


def _draw_rows(page: Page, rows: list[PaymentNotice]) -> None:
    page.table(
        ("notice-number", "notice-type", "notice-received", "notice-payment", "invoice", "amount", "flag", "resolved"),
        (
            (
                notice.id,
                notice.type,
                instant(notice.received_at),
                notice.provider_payment_id,
                notice.invoice_number or notice.reference,
                page.money(notice.amount) if notice.amount else None,
                page.word("notice", notice.flag),
                notice.resolved_note,
            )
            for notice in rows
        ),
    )


COMMANDS = (payment_notices, resolve_payment_notice)
