"""What happened to an application, as people are told it: kinds of entries with their words, and the entries."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications.models import TimelineEntry
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import shapes
from services.contracts.college import CollegeOnDay, NotInProfile


@dataclass(frozen=True)
class Kind:
    """Whose act it was, its words to the applicant, and about the applicant for everybody else where these differ.

    `{subject}` stands for the name of a requirement.
    """

    by: str
    words: Text
    about: Text | None = None


# In the order in which they follow one another: of two entries of one instant, the one that stands first here comes first.
KINDS = {
    "opened": Kind(
        "applicant",
        Text("You opened your account.", "Vous avez ouvert votre compte."),
        Text("The applicant opened an account.", "La personne candidate a ouvert un compte."),
    ),
    "activated": Kind(
        "applicant",
        Text("You confirmed your email address.", "Vous avez confirmé votre adresse courriel."),
        Text("The applicant confirmed their email address.", "La personne candidate a confirmé son adresse courriel."),
    ),
    "document_uploaded": Kind(
        "applicant",
        Text("You uploaded a document: {subject}.", "Vous avez téléversé un document : {subject}."),
        Text("The applicant uploaded a document: {subject}.", "La personne candidate a téléversé un document : {subject}."),
    ),
    "document_removed": Kind(
        "applicant",
        Text("You removed a document: {subject}.", "Vous avez retiré un document : {subject}."),
        Text("The applicant removed a document: {subject}.", "La personne candidate a retiré un document : {subject}."),
    ),
    "document_arrived": Kind(
        "college", Text("The College received a document: {subject}.", "L’Ordre a reçu un document : {subject}.")
    ),
    "document_accepted": Kind(
        "college", Text("The College accepted a document: {subject}.", "L’Ordre a accepté un document : {subject}.")
    ),
    "document_refused": Kind(
        "college", Text("The College refused a document: {subject}.", "L’Ordre a refusé un document : {subject}.")
    ),
    "submitted": Kind(
        "applicant",
        Text("You submitted your application.", "Vous avez soumis votre demande."),
        Text("The applicant submitted the application.", "La personne candidate a soumis la demande."),
    ),
    "fee_invoiced": Kind(
        "system",
        Text("Your application fee is ready to be paid.", "Vos droits de demande sont prêts à être payés."),
        Text("The application fee was invoiced.", "Les droits de demande ont été facturés."),
    ),
    "fee_paid": Kind(
        "system",
        Text("Your application fee was received.", "Vos droits de demande ont été reçus."),
        Text("The application fee was received.", "Les droits de demande ont été reçus."),
    ),
    "information_requested": Kind("college", Text("The College asked for more.", "L’Ordre a demandé des renseignements.")),
    "information_received": Kind(
        "applicant",
        Text("You sent what the College had asked for.", "Vous avez transmis ce que l’Ordre avait demandé."),
        Text(
            "The applicant sent what the College had asked for.", "La personne candidate a transmis ce que l’Ordre avait demandé."
        ),
    ),
    "found_complete": Kind(
        "college",
        Text("The College found your application complete.", "L’Ordre a jugé votre demande complète."),
        Text("The application was marked as complete.", "La demande a été déclarée complète."),
    ),
    "review_begun": Kind("college", Text("The College began its review.", "L’Ordre a commencé l’examen.")),
    "referred_to_committee": Kind(
        "college",
        Text(
            "Your application was referred to the Registration Committee.",
            "Votre demande a été renvoyée au comité d’inscription.",
        ),
        Text("The application was referred to the Registration Committee.", "La demande a été renvoyée au comité d’inscription."),
    ),
    "approved": Kind(
        "college",
        Text("Your application was approved.", "Votre demande a été approuvée."),
        Text("The application was approved.", "La demande a été approuvée."),
    ),
    "approved_with_conditions": Kind(
        "college",
        Text("Your application was approved with conditions.", "Votre demande a été approuvée avec conditions."),
        Text("The application was approved with conditions.", "La demande a été approuvée avec conditions."),
    ),
    "refused": Kind(
        "college",
        Text("Your application was refused.", "Votre demande a été refusée."),
        Text("The application was refused.", "La demande a été refusée."),
    ),
    "withdrawn": Kind(
        "applicant",
        Text("You withdrew your application.", "Vous avez retiré votre demande."),
        Text("The applicant withdrew the application.", "La personne candidate a retiré la demande."),
    ),
    "lapsed": Kind(
        "system",
        Text(
            "Your application lapsed because nothing happened for too long.",
            "Votre demande est devenue caduque, faute d’activité.",
        ),
        Text(
            "The application lapsed because nothing happened for too long.", "La demande est devenue caduque, faute d’activité."
        ),
    ),
    "invoice_issued": Kind(
        "system",
        Text("Your invoice is ready.", "Votre facture est prête."),
        Text("The invoice was issued.", "La facture a été émise."),
    ),
    "payment_received": Kind(
        "system",
        Text("Your payment was received.", "Votre paiement a été reçu."),
        Text("The payment was received.", "Le paiement a été reçu."),
    ),
    "finalised": Kind(
        "system",
        Text("You are registered.", "Vous êtes inscrit(e)."),
        Text("The applicant is registered.", "La personne candidate est inscrite."),
    ),
    "destroyed": Kind(
        "system",
        Text(
            "The College no longer keeps what was in this application.",
            "L’Ordre ne conserve plus ce que contenait cette demande.",
        ),
    ),
}

_PLACES = {kind: place for place, kind in enumerate(KINDS)}


def tell(work: UnitOfWork, application_id: UUID, kind: str, *, subject: str | None = None, note: str | None = None) -> None:
    """Adds an entry to the timeline, at the time when it happened, however late it was heard of.

    `subject` is the code of a requirement, `note` a text that is shown as it is.
    """
    by = KINDS[kind].by
    work.session.add(
        TimelineEntry(application_id=application_id, at=work.happened_at, kind=kind, by=by, subject=subject, note=note)
    )


def entries(session: Session, college: CollegeOnDay, application_id: UUID, *, about: bool = False) -> list[shapes.TimelineEntry]:
    """The entries of an application with their words in both languages, in the order in which they happened. One query.

    The words are those to the applicant, or with `about` those for others who read about the applicant.
    """
    rows = session.scalars(select(TimelineEntry).filter_by(application_id=application_id)).all()
    return [
        shapes.TimelineEntry(
            at=row.at,
            kind=row.kind,
            words=shapes.Bilingual.of(_words(college, _said(KINDS[row.kind], about), row.subject)),
            by=row.by,
            note=row.note,
        )
        for row in sorted(rows, key=lambda row: (row.at, _PLACES[row.kind], row.id))
    ]


def _said(kind: Kind, about: bool) -> Text:
    return kind.about or kind.words if about else kind.words


def _words(college: CollegeOnDay, words: Text, subject: str | None) -> Text:
    if subject is None:
        return words
    try:
        name = college.requirement(subject).name
    except NotInProfile:  # it was in the profile when the entry was made
        name = Text(subject, subject)
    return Text(words.en.format(subject=name.en), words.fr.format(subject=name.fr))
