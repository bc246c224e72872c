"""What correspondence holds of a person (R15): where their mail goes, and every message to them. See `common/personal_data.py`."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import select

from services.common import personal_data
from services.common.personal_data import Section
from services.common.text import Text
from services.common.work import Work
from services.contracts import correspondence as contracts
from services.correspondence.messages import without_link
from services.correspondence.models import Contact, KnownApplication, Message


def read(work: Work, account_id: UUID | None) -> dict[str, Any]:
    """Gives it to the person, or to an auditor. Raises Forbidden."""
    return personal_data.answer(work, contracts.personal_data.GetPersonalData, account_id, _gather)


def _gather(work: Work, account_id: UUID) -> Iterator[Section]:
    yield Section(
        "contact",
        Text("Contact", "Coordonnées"),
        {
            "email": Text("E-mail", "Courriel"),
            "language": Text("Language", "Langue"),
            "name": Text("Name", "Nom"),
            "application_id": Text("Application ID", "Identifiant de la demande"),
        },
        work.session.scalars(select(Contact).filter_by(account_id=account_id)),
    )
    yield Section(
        "applications",
        Text("Applications written about", "Demandes au sujet desquelles on vous a écrit"),
        {"reference": Text("Reference", "Référence")},
        work.session.scalars(select(KnownApplication).filter_by(account_id=account_id)),
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
        (vars(one) | {"body": without_link(one.body, one.language)} for one in messages),
    )
