"""What changed in an application's file, each under the version that it made: so that no decision rests on what was not read.

A draft's answers are its applicant's own business: no step is taken on a draft but its submission, which is a change itself.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from services.applications.models import Application, Change, Document
from services.common.kernel.errors import VersionMismatch
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import shapes
from services.contracts.applications.shapes import Bilingual
from services.contracts.college import CollegeOnDay, NoSuchField, NotInProfile

MOST_TOLD = 50
_MOST_READ = 500  # of many savings of one page, one is told
ANSWERS = "answers_changed"
VERDICTS = ("document_accepted", "document_refused")
_changes_schema = shapes.Change.schema(many=True)
# What the staff are told of each kind; `{subject}` stands for the names of requirements, fields or a page of the form.
KINDS = {
    "document_uploaded": Text("A document was uploaded: {subject}.", "Un document a été téléversé\u00a0: {subject}."),
    "document_removed": Text("A document was removed: {subject}.", "Un document a été retiré\u00a0: {subject}."),
    "document_arrived": Text("A document was received: {subject}.", "Un document a été reçu\u00a0: {subject}."),
    "document_accepted": Text("A document was accepted: {subject}.", "Un document a été accepté\u00a0: {subject}."),
    "document_refused": Text("A document was refused: {subject}.", "Un document a été refusé\u00a0: {subject}."),
    "note_added": Text("A note was added.", "Une note a été ajoutée."),
    ANSWERS: Text("Answers were changed: {subject}.", "Des réponses ont été modifiées\u00a0: {subject}."),
    "submitted": Text("The application was submitted.", "La demande a été soumise."),
    "information_requested": Text("More was asked for: {subject}.", "Des renseignements ont été demandés\u00a0: {subject}."),
    "information_received": Text("What was asked for was sent.", "Ce qui avait été demandé a été transmis."),
    "found_complete": Text("The application was found complete.", "La demande a été jugée complète."),
    "review_begun": Text("The review was begun.", "L’examen a commencé."),
    "referred_to_committee": Text(
        "The application was referred to the Registration Committee.", "La demande a été renvoyée au comité d’inscription."
    ),
    "approved": Text("The application was approved.", "La demande a été approuvée."),
    "approved_with_conditions": Text(
        "The application was approved with conditions.", "La demande a été approuvée avec conditions."
    ),
    "refused": Text("The application was refused.", "La demande a été refusée."),
    "withdrawn": Text("The application was withdrawn.", "La demande a été retirée."),
    "lapsed": Text("The application lapsed.", "La demande est devenue caduque."),
    "finalised": Text("The registration became final.", "L’inscription a été confirmée."),
}


@dataclass(frozen=True)
class What:
    """What happened: the codes of what it was about, its words (a note, reasons, a file's name), the document, and answers from and to."""

    subjects: Sequence[str] = ()
    text: str | None = None
    document_id: UUID | None = None
    answers: dict[str, list[Any]] = field(default_factory=dict)


def record(work: UnitOfWork, application: Application, kind: str, what: What) -> None:
    """Raises the version of an application and keeps what made it. The caller holds the lock on the row."""
    application.version += 1
    work.session.add(
        Change(
            application_id=application.id,
            version=application.version,
            at=work.now,
            kind=kind,
            by=_by(work, application),
            actor=work.actor,
            subjects=list(what.subjects),
            text=what.text,
            document_id=what.document_id,
            answers=what.answers,
        )
    )


def _by(work: UnitOfWork, application: Application) -> str:
    if not work.caller.account_id:
        return "system"
    return "applicant" if work.caller.account_id == application.account_id else "college"


def check(work: UnitOfWork, college: CollegeOnDay, application: Application, version: int) -> None:
    """Raises VersionMismatch with all that came since (`changed_since`) if the application is not at this version any more."""
    if application.version != version:
        told = since(work.session, college, application.id, version)
        raise VersionMismatch(version=application.version, changed_since=_changes_schema.dump(told))


def check_document(work: UnitOfWork, college: CollegeOnDay, document: Document, version: int | None) -> None:
    """Raises VersionMismatch with the verdicts that came since if the document is not at this version any more; without one it may be."""
    if version is None or document.version == version:
        return
    verdicts = select(Change).filter_by(application_id=document.application_id, document_id=document.id)
    newest_first = verdicts.where(Change.kind.in_(VERDICTS)).order_by(Change.version.desc())
    missed = min(max(document.version - version, 1), MOST_TOLD)
    told = list(_told(work.session, college, newest_first.limit(missed)))
    raise VersionMismatch(version=document.version, changed_since=_changes_schema.dump(told))


def since(session: Session, college: CollegeOnDay, application_id: UUID, version: int) -> list[shapes.Change]:
    """What came after a version, oldest first, the last `MOST_TOLD` of it. One query, along the table's own key."""
    newest_first = select(Change).where(Change.application_id == application_id, Change.version > version)
    return list(_told(session, college, newest_first.order_by(Change.version.desc()).limit(_MOST_READ)))[-MOST_TOLD:]


def _told(session: Session, college: CollegeOnDay, newest_first: Select[tuple[Change]]) -> Iterator[shapes.Change]:
    rows = list(session.scalars(newest_first))
    for row, answers in _as_one(reversed(rows)):
        yield shapes.Change(
            version=row.version,
            at=row.at,
            kind=row.kind,
            by=row.by,
            account_id=UUID(row.actor.removeprefix("account/")) if row.by == "college" else None,
            words=Bilingual.of(_words(college, row)),
            text=row.text,
            document_id=row.document_id,
            answers=[
                shapes.ChangedAnswer(field=code, label=Bilingual.of(_name(college, code)), before=before, after=after)
                for code, (before, after) in answers.items()
            ],
        )


def _as_one(rows: Iterable[Change]) -> Iterator[tuple[Change, dict[str, list[Any]]]]:
    """A page is saved while it is filled in: savings of one page by one person that follow on each other are told as one."""
    kept: list[tuple[Change, dict[str, list[Any]]]] = []
    for row in rows:
        answers = dict(row.answers)
        if row.kind == ANSWERS and kept:
            last, earlier = kept[-1]
            if (last.kind, last.actor, last.subjects) == (row.kind, row.actor, row.subjects):
                answers = {**earlier, **{code: [earlier.get(code, pair)[0], pair[1]] for code, pair in answers.items()}}
                kept.pop()
        kept.append((row, answers))
    for row, answers in kept:
        differing = {code: pair for code, pair in answers.items() if pair[0] != pair[1]}
        if row.kind != ANSWERS or differing:
            yield row, differing


def _words(college: CollegeOnDay, row: Change) -> Text:
    words = KINDS.get(row.kind) or Text(row.kind, row.kind)
    name_of = _page_name if row.kind == ANSWERS else _name
    names = [name_of(college, code) for code in row.subjects]
    subject = Text(", ".join(name.en for name in names), ", ".join(name.fr for name in names))
    return Text(words.en.format(subject=subject.en), words.fr.format(subject=subject.fr))


def _page_name(college: CollegeOnDay, code: str) -> Text:
    return next((page.title for page in college.form.pages if page.code == code), Text(code, code))


def _name(college: CollegeOnDay, code: str) -> Text:
    """The name of a field of the form or of a requirement; its code if the profile has it no more."""
    try:
        return college.form.field(code).label
    except NoSuchField:
        pass
    try:
        return college.requirement(code).name
    except NotInProfile:
        return Text(code, code)
