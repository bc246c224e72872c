"""Privacy (R15): all that is held of a person in one file, and what retention would destroy now."""

import io
import json
import zipfile
from pathlib import Path
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress

from services.common.duties.personal_data_calls import PersonalData
from services.common.duties.retention_calls import RetentionPreview
from services.common.kernel.errors import Unavailable
from services.common.kernel.text import Text
from services.contracts import applications, billing, correspondence, identity, qa, registry
from staff.terminal.commands import StaffGroup, argument, command, option
from staff.terminal.context import Context
from staff.terminal.exit_codes import NOT_REACHABLE

OWNERS = {
    owner.__name__.rpartition(".")[2]: owner.personal_data
    for owner in (identity, applications, registry, billing, qa, correspondence)
}
RETENTION = {owner.__name__.rpartition(".")[2]: owner.retention for owner in (identity, applications, billing, correspondence)}
_EXAMPLE = "0193a1b2-0000-7000-8000-000000000001"


@command(
    "export",
    Text(
        "Write all that the services hold of a person into one file (ZIP): a JSON document for each service, and an index.",
        "Écrire tout ce que les services détiennent sur une personne dans un fichier (ZIP) : un document JSON par service et un index.",
    ),
    f"person export {_EXAMPLE} --to person.zip",
)
@argument("account_id", Text("ACCOUNT-ID", "ID-DU-COMPTE"), type=click.UUID)
@option(
    "--to",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    value=Text("FILE", "FICHIER"),
    words=Text("Where to write it.", "Où l’écrire."),
)
def export(context: Context, account_id: UUID, target: Path) -> int:
    """Exports; nothing is written unless every service has answered."""
    found: dict[str, PersonalData] = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=len(OWNERS))
        for name, calls in OWNERS.items():
            try:
                found[name] = context.call(calls.GetPersonalData, account_id=account_id)
            except Unavailable:
                click.echo(context.text("export-incomplete", service=name), err=True)
                return NOT_REACHABLE
            progress.advance(task)
    target.touch(mode=0o600)
    target.chmod(0o600)  # before anything is in it
    target.write_bytes(_zipped(found))
    if context.as_json:
        context.print_json({"file": str(target), "services": list(found)})
    else:
        context.page.line(context.text("exported", path=target, count=sum(len(data.sections) for data in found.values())))
    return 0


def _zipped(found: dict[str, PersonalData]) -> bytes:
    index = {name: {section.name: len(section.rows) for section in data.sections} for name, data in found.items()}
    documents = {name: OWNERS[name].GetPersonalData.write_reply(data) for name, data in found.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {"index": index, **documents}.items():
            file.writestr(f"{name}.json", json.dumps(content, ensure_ascii=False, indent=1, default=str))
    return out.getvalue()


@command(
    "retention",
    Text(
        "Count what is past its time and will be destroyed by the next run of the retention job.",
        "Compter ce qui a dépassé sa durée de conservation et sera détruit à la prochaine exécution.",
    ),
    "person retention",
)
def retention(context: Context) -> None:
    """Shows the count by type of record."""
    replies: dict[str, RetentionPreview] = {name: context.call(calls.PreviewRetention) for name, calls in RETENTION.items()}
    if context.as_json:
        context.print_json({name: RETENTION[name].PreviewRetention.write_reply(reply) for name, reply in replies.items()})
        return
    rows = [(name, record.type, record.kept_for, record.due) for name, reply in replies.items() for record in reply.records]
    context.page.table(("retention-service", "retention-type", "retention-kept", "retention-due"), rows)


person = StaffGroup(
    "person",
    words=Text(
        "What is held of people: export and retention.", "Ce qui est détenu sur les personnes : exportation et conservation."
    ),
    examples=(f"person export {_EXAMPLE} --to person.zip", "person retention"),
)
for subcommand in (export, retention):
    person.add_command(subcommand)

COMMANDS = (person,)
