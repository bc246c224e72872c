"""Payments that need a person, and what is paid but not final."""

from uuid import UUID

import click

from services.common.kernel.text import Text
from services.contracts.applications.shapes import Bilingual
from services.contracts.billing.issued import ListUnfinished, ReplayFinalisation
from services.contracts.billing.payments import ListPayments, Payment, ResolvePayment
from services.contracts.billing.words import state_of
from staff.terminal.commands import argument, command, option, paged
from staff.terminal.context import Context
from staff.terminal.show import Page, instant


@command(
    "payments",
    Text("List payments, newest first.", "Lister les paiements, les plus récents d’abord."),
    "payments --flagged",
    "payments --limit 50 --json",
)
@option(
    "--flagged",
    is_flag=True,
    words=Text("Only those that need attention.", "Seulement ceux qu’une personne doit vérifier."),
)
@paged
def payments(context: Context, flagged: bool, limit: int, cursor: str | None) -> None:
    """Lists payments."""
    reply = context.call(ListPayments, flagged=flagged, limit=limit, cursor=cursor)
    context.show(ListPayments, reply, lambda page, found: _draw_payments(page, found, "no-flagged" if flagged else "no-payments"))


@command(
    "resolve-payment",
    Text("Mark a flagged payment as dealt with.", "Marquer comme réglé un paiement à vérifier."),
    Text(
        'resolve-payment 0193a1b2-0000-7000-8000-000000000001 --note "Refunded by the bank on 2026-11-20."',
        'resolve-payment 0193a1b2-0000-7000-8000-000000000001 --note "Remboursé par la banque le 2026-11-20."',
    ),
)
@argument("payment_id", Text("PAYMENT-ID", "ID-DU-PAIEMENT"), type=click.UUID)
@option(
    "--note",
    required=True,
    value=Text("TEXT", "TEXTE"),
    words=Text("What was done (needed).", "Ce qui a été fait (requis)."),
)
def resolve_payment(context: Context, payment_id: UUID, note: str) -> None:
    """Marks a payment as dealt with."""
    context.show(
        ResolvePayment,
        context.call(ResolvePayment, payment_id=payment_id, note=note),
        lambda page, payment: _draw_rows(page, [payment]),
    )


@command(
    "unfinished",
    Text(
        "List invoices that are paid and had no effect yet, such as a registration that is not final.",
        "Lister les factures payées encore sans effet, comme une inscription qui n’est pas terminée.",
    ),
    "unfinished",
)
def unfinished(context: Context) -> None:
    """Lists what is paid and not final."""
    context.show(ListUnfinished, context.call(ListUnfinished), _draw_unfinished)


@command(
    "replay",
    Text(
        "Announce a payment again, so that what it brings about is done, such as a registration; nothing is doubled.",
        "Annoncer de nouveau un paiement pour que ce qui en découle se fasse, comme une inscription; rien n’est fait en double.",
    ),
    "replay INV-0000012-4",
)
@argument("number", Text("INVOICE-NUMBER", "NUMÉRO-DE-FACTURE"))
def replay(context: Context, number: str) -> None:
    """Replays a finalisation."""
    context.show(
        ReplayFinalisation,
        context.call(ReplayFinalisation, number=number),
        lambda page, invoice: page.line(page.text("replayed", number=invoice.number)),
    )


def _draw_payments(page: Page, reply: ListPayments.Reply, empty: str) -> None:
    if not reply.payments:
        page.line(page.text(empty))
        return
    _draw_rows(page, reply.payments)
    page.next_page(reply.next_cursor)


def _draw_rows(page: Page, rows: list[Payment]) -> None:
    page.table(
        ("payment-number", "reference", "amount", "unapplied", "paid", "invoice", "receipt", "flag", "resolved"),
        (
            (
                payment.id,
                payment.reference,
                page.money(payment.amount),
                page.money(payment.unapplied) if payment.unapplied and payment.unapplied.cents else None,
                instant(payment.paid_at),
                payment.invoice_number,
                payment.receipt_number,
                page.word("flag", payment.flag),
                payment.resolved_note,
            )
            for payment in rows
        ),
    )


def _draw_unfinished(page: Page, reply: ListUnfinished.Reply) -> None:
    if not reply.invoices:
        page.line(page.text("no-unfinished"))
        return
    page.table(
        ("invoice", "purpose", "state", "total", "issued", "paid", "receipt", "replays", "next-replay", "application-number"),
        (
            (
                invoice.number,
                page.both(invoice.purpose_words) if invoice.purpose_words else invoice.purpose,
                page.both(Bilingual.of(state_of(invoice.state, invoice.effect))),
                page.money(invoice.total),
                invoice.issued_on.isoformat(),
                instant(invoice.paid_at),
                invoice.receipt_number,
                invoice.replays,
                instant(invoice.next_replay_at),
                invoice.application_id,
            )
            for invoice in reply.invoices
        ),
    )


COMMANDS = (payments, resolve_payment, unfinished, replay)
