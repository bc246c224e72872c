"""What happened to an application, as people are told it: kinds of entries with their words, and the entries."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications.models import TimelineEntry
from services.common.text import Text
from services.common.work import Work
from services.contracts.college import College, NotInProfile


@dataclass(frozen=True)
class Kind:
    """Whose act it was, and its words; `{subject}` stands for the name of a requirement."""

    by: str
    words: Text


# In the order in which they follow one another: of two entries of one instant, the one that stands first here comes first.
KINDS = {
    "opened": Kind("applicant", Text("You opened your account.", "Vous avez ouvert votre compte.")),
    "activated": Kind("applicant", Text("You confirmed your e-mail address.", "Vous avez confirmé votre adresse courriel.")),
    "document_uploaded": Kind(
        "applicant", Text("You uploaded a document: {subject}.", "Vous avez téléversé un document : {subject}.")
    ),
    "document_removed": Kind(
        "applicant", Text("You removed a document: {subject}.", "Vous avez retiré un document : {subject}.")
    ),
    "document_arrived": Kind(
        "college", Text("The college received a document: {subject}.", "L’ordre a reçu un document : {subject}.")
    ),
    "document_accepted": Kind(
        "college", Text("The college accepted a document: {subject}.", "L’ordre a accepté un document : {subject}.")
    ),
    "document_refused": Kind(
        "college", Text("The college refused a document: {subject}.", "L’ordre a refusé un document : {subject}.")
    ),
    "submitted": Kind("applicant", Text("You submitted your application.", "Vous avez soumis votre demande.")),
    "information_requested": Kind("college", Text("The college asked for more.", "L’ordre a demandé des renseignements.")),
    "information_received": Kind(
        "applicant", Text("You sent what the college had asked for.", "Vous avez transmis ce que l’ordre avait demandé.")
    ),
    "found_complete": Kind(
        "college", Text("The college found your application complete.", "L’ordre a jugé votre demande complète.")
    ),
    "review_begun": Kind("college", Text("The college began its review.", "L’ordre a commencé l’examen.")),
    "referred_to_committee": Kind(
        "college",
        Text(
            "Your application was referred to the Registration Committee.",
            "Votre demande a été renvoyée au comité d’inscription.",
        ),
    ),
    "approved": Kind("college", Text("Your application was approved.", "Votre demande a été approuvée.")),
    "approved_with_conditions": Kind(
        "college", Text("Your application was approved with conditions.", "Votre demande a été approuvée avec conditions.")
    ),
    "refused": Kind("college", Text("Your application was refused.", "Votre demande a été refusée.")),
    "withdrawn": Kind("applicant", Text("You withdrew your application.", "Vous avez retiré votre demande.")),
    "lapsed": Kind(
        "system",
        Text(
            "Your application lapsed because nothing happened for too long.",
            "Votre demande est devenue caduque, faute d’activité.",
        ),
    ),
    "invoice_issued": Kind("system", Text("Your invoice is ready.", "Votre facture est prête.")),
    "payment_received": Kind("system", Text("Your payment was received.", "Votre paiement a été reçu.")),
    "finalised": Kind("system", Text("Your registration is final.", "Votre inscription est confirmée.")),
    "destroyed": Kind(
        "system",
        Text(
            "The college no longer keeps what was in this application.",
            "L’ordre ne conserve plus ce que contenait cette demande.",
        ),
    ),
}

_PLACES = {kind: place for place, kind in enumerate(KINDS)}


def tell(work: Work, application_id: UUID, kind: str, *, subject: str | None = None, note: str | None = None) -> None:
    """Adds an entry to the timeline, at the time when it happened, however late it was heard of.

    `subject` is the code of a requirement, `note` a text that is shown as it is.
    """
    by = KINDS[kind].by
    work.session.add(
        TimelineEntry(application_id=application_id, at=work.happened_at, kind=kind, by=by, subject=subject, note=note)
    )


def entries(session: Session, college: College, application_id: UUID) -> list[dict[str, Any]]:
    """The entries of an application with their words in both languages, in the order in which they happened. One query."""
    rows = session.scalars(select(TimelineEntry).filter_by(application_id=application_id)).all()
    return [
        {"at": row.at, "kind": row.kind, "words": _words(college, row.kind, row.subject), "by": row.by, "note": row.note}
        for row in sorted(rows, key=lambda row: (row.at, _PLACES[row.kind], row.id))
    ]


def _words(college: College, kind: str, subject: str | None) -> Text:
    words = KINDS[kind].words
    if subject is None:
        return words
    try:
        name = college.requirement(subject).name
    except NotInProfile:  # it was in the profile when the entry was made
        name = Text(subject, subject)
    return Text(words.en.format(subject=name.en), words.fr.format(subject=name.fr))
