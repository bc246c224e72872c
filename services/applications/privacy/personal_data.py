"""What applications holds of a person (R15): the application with its answers, documents and history. See `common/duties/personal_data.py`.

Files are told by name and size; their owner downloads them one by one. Notes of reviewers are told by their date only.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.applications.dossier import judged_by
from services.applications.life import timeline
from services.applications.models import (
    Application,
    ApplicationPage,
    Change,
    Document,
    HistoryEntry,
    RequestedItem,
    ReviewNote,
    deadlines,
)
from services.applications.review import changes
from services.common.duties import personal_data
from services.common.duties.personal_data import Section
from services.common.duties.personal_data_calls import PersonalData
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import applications as contracts
from services.contracts import terms
from services.contracts.applications import shapes, words
from services.contracts.college import College

_REFERENCE, _STATE = Text("Reference", "Référence"), Text("State", "État")
_AT, _REQUIREMENT = Text("When", "Quand"), Text("Requirement", "Exigence")
_BY = Text("By", "Par")


def read(work: UnitOfWork, college: College, account_id: UUID | None) -> PersonalData:
    """Gives it to the person, or to an auditor. Raises Forbidden."""
    return personal_data.answer(
        work, contracts.personal_data.GetPersonalData, account_id, lambda work, whose: _gather(work, college, whose)
    )


def _gather(work: UnitOfWork, college: College, account_id: UUID) -> Iterator[Section]:
    application = work.session.scalars(select(Application).filter_by(account_id=account_id)).one_or_none()
    of_it = application.id if application else None
    rules = judged_by(college, application, work.now) if application else None

    def rows(model: Any, *order: Any) -> Any:
        return work.session.scalars(select(model).filter_by(application_id=of_it).order_by(*order)) if of_it else ()

    yield _application(college, application)
    yield Section(
        "answers",
        Text("Answers on the form", "Réponses au formulaire"),
        {"page": Text("Page", "Page"), "values": Text("Answers", "Réponses"), "saved_at": Text("Saved", "Enregistrée le")},
        rows(ApplicationPage, ApplicationPage.page),
    )
    yield Section(
        "changed_answers",
        Text("Answers changed after they were submitted", "Réponses modifiées après leur soumission"),
        {"at": _AT, "subjects": Text("Page", "Page"), "answers": Text("From and to", "Avant et après")},
        (row for row in rows(Change, Change.version) if row.kind == changes.ANSWERS),
    )
    yield _documents(rows(Document, Document.received_at, Document.id))
    yield Section(
        "requested",
        Text("What the College asked for", "Ce que l’Ordre a demandé"),
        {
            "field": Text("Field", "Champ"),
            "requirement": _REQUIREMENT,
            "reason": Text("Reason", "Motif"),
            "requested_at": Text("Asked for", "Demandé le"),
            "answered_at": Text("Answered", "Répondu le"),
        },
        rows(RequestedItem, RequestedItem.requested_at, RequestedItem.id),
    )
    yield _history(account_id, rows(HistoryEntry, HistoryEntry.version))
    yield Section(
        "timeline",
        Text("Timeline", "Chronologie"),
        {"at": _AT, "by": _BY, "words": Text("What happened", "Historique de la demande"), "note": Text("Note", "Note")},
        [_told(entry) for entry in timeline.entries(work.session, rules, application.id)] if application and rules else (),
    )
    yield _more_time(work, of_it)
    yield Section(
        "review_notes",
        Text("Notes of reviewers (ask the College for them)", "Notes d’examen (demandez-les à l’Ordre)"),
        {"at": Text("Written", "Rédigée le")},
        rows(ReviewNote, ReviewNote.at, ReviewNote.id),
    )


def _application(college: College, application: Application | None) -> Section:
    return Section(
        "application",
        Text("Application", "Demande"),
        {
            "reference": _REFERENCE,
            "state_words": _STATE,
            "applicant_name": Text("Name", "Nom"),
            "category": Text("Category", "Catégorie"),
            "route": Text("Route", "Voie"),
            "opened_at": Text("Opened", "Ouverte le"),
            "submitted_at": Text("Submitted", "Soumise le"),
            "judged_on": Text("Judged by the rules of", "Jugée selon les règles du"),
            "decided_at": Text("Decided", "Décidée le"),
            "conditions": Text("Conditions", "Conditions"),
            "decision_reasons": Text("Reasons of the decision", "Motifs de la décision"),
            "payment": Text("Payment", "Paiement"),
            "invoice_number": Text("Invoice", "Facture"),
            "fee": Text("Application fee", "Droits de demande"),
            "fee_invoice_number": Text("Invoice of the application fee", "Facture des droits de demande"),
            "destroyed_at": Text("Content destroyed", "Contenu détruit le"),
        },
        [
            vars(application)
            | {
                "state_words": words.state_of(application.state, application.fee),
                "conditions": terms.texts(college, application.terms, application.conditions),
            }
        ]
        if application
        else [],
    )


def _more_time(work: UnitOfWork, application_id: UUID | None) -> Section:
    # The reason is told as a reviewer's note is: by its date.
    table = deadlines.adjustments
    theirs = select(table).where(table.c.subject_id == application_id).order_by(table.c.given_at, table.c.id)
    return Section(
        "deadline_adjustments",
        Text("Time limits extended or paused", "Délais prolongés ou suspendus"),
        {
            "kind": Text("What", "Quoi"),
            "given_at": Text("Given", "Accordé le"),
            "days": Text("Days", "Jours"),
            "starts_at": Text("From", "Du"),
            "ends_at": Text("Until", "Au"),
            "taken_back_at": Text("Taken back", "Repris le"),
        },
        work.session.execute(theirs) if application_id else (),
    )


def _documents(rows: Any) -> Section:
    return Section(
        "documents",
        Text("Documents (the files are downloaded one by one)", "Documents (les fichiers se téléchargent un à un)"),
        {
            "requirement": _REQUIREMENT,
            "file_name": Text("File", "Fichier"),
            "media_type": Text("Type", "Type"),
            "size": Text("Size in bytes", "Taille en octets"),
            "state": _STATE,
            "refusal_reason": Text("Reason of the refusal", "Motif du refus"),
            "from_whom": Text("From", "De"),
            "received_at": Text("Received", "Reçu le"),
        },
        rows,
    )


def _told(entry: shapes.TimelineEntry) -> dict[str, Any]:
    return vars(entry) | {"words": Text(entry.words.en, entry.words.fr)}


def _history(account_id: UUID, rows: Any) -> Section:
    own, others = Text("you", "vous"), Text("the College", "l’Ordre")
    return Section(
        "history",
        Text("Steps", "Étapes"),
        {
            "at": _AT,
            "by": _BY,
            "step": Text("Step", "Étape"),
            "from_state": Text("From", "De"),
            "to_state": Text("To", "À"),
            "reasons": Text("Reasons", "Motifs"),
        },
        [vars(row) | {"by": own if row.actor == f"account/{account_id}" else others} for row in rows],
    )
