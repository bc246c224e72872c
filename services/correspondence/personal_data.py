"""What correspondence holds of a person (R15): where their mail goes, all messages to them, what the mailing list has of their address."""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import select

from services.common.duties import personal_data
from services.common.duties.personal_data import Section
from services.common.duties.personal_data_calls import PersonalData
from services.common.kernel.email_addresses import email_key
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import correspondence as contracts
from services.correspondence.messages import without_link
from services.correspondence.models import (
    Contact,
    KnownApplication,
    ListMail,
    Mailing,
    Message,
    Subscription,
    SubscriptionRequest,
)


def read(work: UnitOfWork, account_id: UUID | None) -> PersonalData:
    """Gives it to the person, or to an auditor. Raises Forbidden."""
    return personal_data.answer(work, contracts.personal_data.GetPersonalData, account_id, _gather)


def _gather(work: UnitOfWork, account_id: UUID) -> Iterator[Section]:
    yield Section(
        "contact",
        Text("Contact", "Coordonnées"),
        {
            "email": Text("Email", "Courriel"),
            "language": Text("Language", "Langue"),
            "name": Text("Name", "Nom"),
            "application_id": Text("Application ID", "Identifiant de demande"),
        },
        work.session.scalars(select(Contact).filter_by(account_id=account_id)),
    )
    yield Section(
        "applications",
        Text("Applications written about", "Demandes au sujet desquelles on vous a écrit"),
        {"reference": Text("Reference", "Référence")},
        work.session.scalars(select(KnownApplication).filter_by(account_id=account_id).order_by(KnownApplication.reference)),
    )
    messages = work.session.scalars(select(Message).filter_by(account_id=account_id).order_by(Message.id))
    yield Section(
        "messages",
        Text("Messages", "Messages"),
        {
            "written_at": Text("Written", "Rédigé le"),
            "recipient": Text("To", "À"),
            "language": Text("Language", "Langue"),
            "subject": Text("Subject", "Objet"),
            "body": Text("Text", "Texte"),
            "read_at": Text("Read", "Lu le"),
            "delivery": Text("Delivery", "Livraison"),
            "delivered_at": Text("Delivered", "Livré le"),
        },
        (vars(message) | {"body": without_link(message.body, message.language)} for message in messages),
    )
    contact = work.session.get(Contact, account_id)
    if contact is not None:
        yield from _on_the_list(work, email_key(contact.email))


def _on_the_list(work: UnitOfWork, key: str) -> Iterator[Section]:
    agreed = {
        "email": Text("Email", "Courriel"),
        "language": Text("Language", "Langue"),
        "consent": Text("Consent", "Consentement"),
        "wording": Text("Version of the wording", "Version du libellé"),
        "asked_at": Text("Asked for on", "Demandé le"),
        "asked_from": Text("From the network address", "De l’adresse réseau"),
    }
    confirmed = {
        "confirmed_at": Text("Confirmed on", "Confirmé le"),
        "confirmed_from": Text("Confirmed from the network address", "Confirmé de l’adresse réseau"),
        "ended_at": Text("Ended on", "Terminé le"),
    }
    yield Section(
        "mailing_list",
        Text("Mailing list", "Liste d’envoi"),
        agreed | confirmed,
        work.session.scalars(select(Subscription).filter_by(address_key=key).order_by(Subscription.id)),
    )
    yield Section(
        "mailing_list_requests",
        Text(
            "Requests for the mailing list, not confirmed yet", "Demandes d’inscription à la liste d’envoi, pas encore confirmées"
        ),
        agreed,
        work.session.scalars(select(SubscriptionRequest).filter_by(address_key=key).order_by(SubscriptionRequest.id)),
    )
    mailings = select(Mailing).join(ListMail, ListMail.mailing_id == Mailing.id).where(ListMail.address_key == key)
    yield Section(
        "mailings",
        Text("Mailings of the list", "Envois de la liste"),
        {
            "asked_at": Text("Written", "Rédigé le"),
            "subject_en": Text("Subject in English", "Objet en anglais"),
            "subject_fr": Text("Subject in French", "Objet en français"),
        },
        work.session.scalars(mailings.order_by(Mailing.id)),
    )
