"""The audit trail (B8): what it says, and whether it is whole, in every service."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from services.common.duties.audit_calls import FAULT_WORDS, AuditPage, AuditWalked
from services.common.kernel.errors import Unavailable
from services.common.kernel.text import Text
from services.common.persistence.audit_trail import HEAD_CHANGED, HEAD_MISSING
from services.contracts import applications, billing, correspondence, identity, qa, registry
from staff.terminal.commands import StaffGroup, command, option, paged
from staff.terminal.context import Context
from staff.terminal.exit_codes import NOT_REACHABLE, WrongValue
from staff.terminal.show import Page, instant

OWNERS = {
    owner.__name__.rpartition(".")[2]: owner.audit for owner in (identity, applications, registry, billing, qa, correspondence)
}
BROKEN = 1
_INSTANT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])  # in this machine's time zone, as instants are shown
_WHEN = Text("WHEN", "QUAND")
_service = option("--service", type=click.Choice(list(OWNERS)), words=Text("Only of this service.", "Seulement de ce service."))


@command(
    "list",
    Text("List what was done, newest first.", "Lister ce qui a été fait, du plus récent au plus ancien."),
    "audit list --service applications --subject application/0193a1b2-0000-7000-8000-000000000001",
    "audit list --service identity --correlation 0193a1b2-0000-7000-8000-000000000001",
    "audit list --service billing --actor account/0193a1b2-0000-7000-8000-000000000001 --since 2026-11-01 --until 2026-12-01",
)
@option("--service", type=click.Choice(list(OWNERS)), required=True, words=Text("Of which service.", "De quel service."))
@option("--subject", value=Text("WHAT", "QUOI"), words=Text("Only about this.", "Seulement à ce sujet."))
@option("--actor", value=Text("WHO", "QUI"), words=Text("Only by this one.", "Seulement par cette personne."))
@option("--action", value=Text("ACTION", "ACTION"), words=Text("Only this action.", "Seulement cette action."))
@option("--correlation", value=Text("ID", "ID"), words=Text("Only of this request.", "Seulement de cette requête."))
@option("--since", type=_INSTANT, value=_WHEN, words=Text("Only from then on.", "Seulement à partir de ce moment."))
@option("--until", type=_INSTANT, value=_WHEN, words=Text("Only before then.", "Seulement avant ce moment."))
@paged
def list_entries(
    context: Context,
    service: str,
    subject: str | None,
    actor: str | None,
    action: str | None,
    correlation: str | None,
    since: datetime | None,
    until: datetime | None,
    limit: int,
    cursor: str | None,
) -> None:
    """Lists entries; that they were looked at becomes one."""
    asked = {"subject": subject, "actor": actor, "action": action, "correlation_id": correlation}
    between = {name: at.astimezone() if at else None for name, at in (("since", since), ("until", until))}
    call = OWNERS[service].ListAudit
    context.show(call, context.call(call, **asked, **between, limit=limit, cursor=cursor), _draw_entries)


def _draw_entries(page: Page, reply: AuditPage) -> None:
    page.table(
        ("audit-position", "audit-at", "audit-actor", "audit-action", "audit-subject"),
        ((entry.position, instant(entry.at), entry.actor, entry.action, entry.subject) for entry in reply.entries),
    )
    page.next_page(reply.next_cursor)


@command(
    "verify",
    Text(
        "Walk along the audit trail of every service and name the first link that is broken. Exit code 1 if there is one.",
        "Parcourir la piste d’audit de chaque service et nommer le premier maillon rompu. Code de sortie 1 s’il y en a un.",
    ),
    "audit verify",
    "audit verify --service billing --heads heads.json",
)
@_service
@option(
    "--heads",
    type=click.Path(dir_okay=False, path_type=Path),
    value=Text("FILE", "FICHIER"),
    words=Text(
        "Check the ends kept in this file too, and keep the new ones: so a trail that was cut off at its end is seen.",
        "Vérifier aussi les fins conservées dans ce fichier et y garder les nouvelles : une piste coupée à sa fin se voit ainsi.",
    ),
)
def verify(context: Context, service: str | None, heads: Path | None) -> int:
    """Verifies; a service that does not answer is named."""
    kept = _kept(context, heads)
    found: dict[str, AuditWalked] = {}
    silent = []
    with Console(stderr=True).status("") as progress:
        for name in [service] if service else OWNERS:
            try:
                for walked in _walk(context, name, kept.get(name)):
                    found[name] = walked
                    progress.update(f"{name}: {walked.position}")
            except Unavailable:
                silent.append(name)
    if heads:
        ends = {
            name: {"position": walked.position, "hash": walked.hash} for name, walked in found.items() if walked.broken is None
        }
        heads.write_text(json.dumps(kept | ends, indent=1))
    if context.as_json:
        context.print_json({name: OWNERS[name].VerifyAudit.write_reply(walked) for name, walked in found.items()})
    else:
        for name, walked in found.items():
            words = "audit-whole" if walked.broken is None else "audit-broken"
            context.page.line(
                context.text(words, service=name, position=walked.position, broken=walked.broken, fault=_fault(context, walked))
            )
    for name in silent:
        click.echo(context.text("service-silent", service=name), err=True)
    if any(walked.broken is not None for walked in found.values()):
        return BROKEN
    return NOT_REACHABLE if silent else 0


def _walk(context: Context, service: str, head: dict[str, Any] | None) -> Iterator[AuditWalked]:
    # What was whole the last time may have been changed since: the end that was kept is looked at first, then all from the beginning.
    call = OWNERS[service].VerifyAudit
    if head and head["position"]:
        walked: AuditWalked = context.call(call, from_position=head["position"], from_hash=head["hash"], most=1)
        if walked.fault in (HEAD_MISSING, HEAD_CHANGED):
            yield walked
            return
    place: dict[str, Any] = {}
    while True:
        walked = context.call(call, **place)
        yield walked
        if walked.at_end or walked.broken is not None or not walked.entries:
            return
        place = {"from_position": walked.position, "from_hash": walked.hash}


def _kept(context: Context, heads: Path | None) -> dict[str, dict[str, Any]]:
    if heads is None or not heads.exists():
        return {}
    try:
        kept = json.loads(heads.read_text())
        return {name: {"position": int(head["position"]), "hash": str(head["hash"])} for name, head in kept.items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        raise WrongValue(context.text("heads-unreadable", path=heads)) from None


def _fault(context: Context, walked: AuditWalked) -> str:
    return FAULT_WORDS[walked.fault].within(context.language) if walked.fault else ""


audit = StaffGroup(
    "audit",
    words=Text(
        "Look into the audit trail of the services, and check that nobody has changed it.",
        "Consulter la piste d’audit des services et vérifier que personne ne l’a modifiée.",
    ),
    examples=("audit verify", "audit list --service identity"),
)
for subcommand in (list_entries, verify):
    audit.add_command(subcommand)

COMMANDS = (audit,)
