"""Registrants: the file of one, a change of status, a fact taken back."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

import click

from services.common.kernel.text import Text
from services.contracts.registry.public_register import PublicRegistrant
from services.contracts.registry.standing import (
    ChangeStatus,
    GetRegistrantFile,
    KeptFact,
    PreviewStatus,
    RegistrantFile,
    TakeBackFact,
)
from services.contracts.registry.words import STATUSES
from staff.commands.came_between import names_of
from staff.commands.steps import confirmed
from staff.terminal.commands import argument, command, option
from staff.terminal.context import Context
from staff.terminal.days import DAY
from staff.terminal.show import Page, instant

NUMBER = Text("NUMBER", "NUMÉRO")
TEXT = Text("TEXT", "TEXTE")
_ACCOUNT = "account/"


@command(
    "registrant",
    Text(
        "Show what the register says of a registrant, and the facts behind it: in force, planned, past and superseded.",
        "Afficher ce que le registre indique d’une personne inscrite, et les faits derrière : en vigueur, à venir, passés et remplacés.",
    ),
    "registrant 10006",
)
@argument("number", NUMBER)
def registrant(context: Context, number: str) -> None:
    """Shows the file."""
    _show(context, GetRegistrantFile, context.call(GetRegistrantFile, number=number))


@command(
    "change-status",
    Text(
        "Change a registrant’s status from a day on: today, a day to come, or one that has passed.",
        "Changer le statut d’une personne inscrite à compter d’un jour : aujourd’hui, un jour à venir ou un jour passé.",
    ),
    "change-status 10006 resigned --from 2026-12-31 --preview",
    'change-status 10006 suspended --from 2026-12-01 --reason-en "Fees not paid." --reason-fr "Droits impayés."',
)
@argument("number", NUMBER)
@argument("status", Text("STATUS", "STATUT"), type=click.Choice(tuple(STATUSES)))
@option(
    "--from",
    "effective_from",
    required=True,
    type=DAY,
    value=Text("DAY", "JOUR"),
    words=Text("The day from which it holds (needed).", "Le jour à compter duquel il vaut (requis)."),
)
@option("--reason-en", value=TEXT, words=Text("The reason, in English; public.", "Le motif, en anglais; public."))
@option("--reason-fr", value=TEXT, words=Text("The reason, in French; public.", "Le motif, en français; public."))
@option(
    "--preview",
    is_flag=True,
    words=Text("Only show what the public would see that day.", "Seulement montrer ce que le public verrait ce jour-là."),
)
@confirmed
def change_status(
    context: Context,
    number: str,
    status: str,
    effective_from: date,
    reason_en: str | None,
    reason_fr: str | None,
    preview: bool,
    yes: bool,
) -> None:
    """Previews or changes the status."""
    asked = {"number": number, "status": status, "effective_from": effective_from, "reason_en": reason_en, "reason_fr": reason_fr}
    if preview or not yes:
        shown = context.call(PreviewStatus, **asked)
        if preview:
            context.show(PreviewStatus, shown, _draw_preview)
            return
        words = shown.after.status_words.in_(context.language)
        context.confirm(context.text("confirm-status", name=shown.after.name, status=words, day=effective_from))
    _show(context, ChangeStatus, context.call(ChangeStatus, **asked))


@command(
    "take-back-fact",
    Text(
        "Take back a fact that was entered by mistake or is not to come: what it ended holds on.",
        "Annuler un fait saisi par erreur ou qui n’aura pas lieu : ce à quoi il mettait fin reste en vigueur.",
    ),
    Text(
        'take-back-fact 10006 0193a1b2-0000-7000-8000-000000000001 --note "Another person was meant."',
        'take-back-fact 10006 0193a1b2-0000-7000-8000-000000000001 --note "Il s’agissait d’une autre personne."',
    ),
)
@argument("number", NUMBER)
@argument("fact_id", Text("FACT-ID", "ID-DU-FAIT"), type=click.UUID)
@option(
    "--note",
    required=True,
    value=TEXT,
    words=Text("Why, for the audit trail (needed).", "Pourquoi, pour la piste d’audit (requis)."),
)
@confirmed
def take_back_fact(context: Context, number: str, fact_id: UUID, note: str, yes: bool) -> None:
    """Takes a fact back."""
    if not yes:
        file = context.call(GetRegistrantFile, number=number)
        says = next((fact.says.in_(context.language) for fact in file.facts if fact.id == fact_id), fact_id)
        context.confirm(context.text("confirm-take-back", says=says, name=file.registrant.name))
    _show(context, TakeBackFact, context.call(TakeBackFact, number=number, fact_id=fact_id, note=note))


def _show(context: Context, contract: type[GetRegistrantFile | ChangeStatus | TakeBackFact], file: RegistrantFile) -> None:
    if context.as_json:
        context.print_json(contract.write_reply(file))
        return
    _draw_entry(context.page, file.registrant)
    recorded_by = {fact.recorded_by for fact in file.facts if fact.recorded_by.startswith(_ACCOUNT)}
    names = names_of(context, (UUID(actor.removeprefix(_ACCOUNT)) for actor in recorded_by))
    _draw_facts(context.page, file.facts, names)


def _draw_preview(page: Page, shown: PreviewStatus.Reply) -> None:
    page.line(page.text("public-on", day=shown.day))
    for heading, entry in (("without-change", shown.before), ("with-change", shown.after)):
        page.heading(heading)
        _draw_entry(page, entry)


def _draw_entry(page: Page, entry: PublicRegistrant) -> None:
    page.facts(
        (
            (page.text("registration-number"), entry.registration_number),
            (page.text("name"), entry.name),
            (page.text("category"), page.both(entry.category_name)),
            (page.text("status"), page.both(entry.status_words)),
            (page.text("status-since"), entry.status_since),
            (page.text("reason"), page.both(entry.status_reason) if entry.status_reason else None),
            (page.text("first-registered"), entry.first_registered_on),
            *((page.text("condition"), term.fr if page.language == "fr" else term.en) for term in entry.terms or ()),
        )
    )


def _draw_facts(page: Page, facts: Iterable[KeptFact], names: dict[str, str]) -> None:
    page.table(
        ("kind", "says", "since", "until", "state", "late", "source", "recorded", "by", "superseded", "fact-number"),
        (
            (
                page.both(fact.kind_words),
                page.both(fact.says),
                fact.effective_from,
                fact.effective_until,
                page.both(fact.state_words),
                page.text("yes") if fact.backdated else None,
                page.both(fact.source_words),
                instant(fact.recorded_at),
                _who(page, fact.recorded_by, names),
                instant(fact.superseded_at),
                fact.id if fact.may_be_taken_back else None,
            )
            for fact in facts
        ),
    )


def _who(page: Page, actor: str, names: dict[str, str]) -> str:
    if not actor.startswith(_ACCOUNT):
        return page.text("automatically")
    return names.get(actor.removeprefix(_ACCOUNT)) or page.text("a-person")


COMMANDS = (registrant, change_status, take_back_fact)
