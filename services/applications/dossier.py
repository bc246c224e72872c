"""An application with its pages, documents and open requests in hand: what every rule is judged on."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from services.applications.form.form_rules import Context
from services.applications.models import Application, ApplicationPage, Document, RequestedItem
from services.common.kernel.errors import NotFound
from services.common.persistence.oneself import not_oneself
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.errors import NotReadyYet
from services.contracts.college import College, CollegeOnDay
from services.contracts.college.organisation import Constants


@dataclass
class Dossier:
    """One application's file: its pages by code, its documents newest first, and what the college still waits to be answered."""

    application: Application
    pages: dict[str, ApplicationPage] = field(default_factory=dict)
    documents: list[Document] = field(default_factory=list)
    requested: list[RequestedItem] = field(default_factory=list)

    @cached_property
    def answers(self) -> dict[str, Any]:
        """All that was answered, by field code; codes are unique over the whole form."""
        return {code: answer for page in self.pages.values() for code, answer in page.values.items()}

    def context(self, college: CollegeOnDay, now: dt.datetime) -> Context:
        """What the answers of the file are judged beside. A document that was refused can no longer be an answer."""
        documents = {str(document.id): document.requirement for document in self.documents if document.state != "refused"}
        return Context(college, self.answers, college.day_of(now), documents)


def judged_on(college: Constants, application: Application) -> dt.date | None:
    """The day by whose rules an application is judged: the college's day on which it was first submitted; none while it is a draft.

    Rows of earlier releases do not have the day, but the instant.
    """
    if application.judged_on is not None or application.submitted_at is None:
        return application.judged_on
    return college.day_of(application.submitted_at)


def judged_by(college: College, application: Application, now: dt.datetime) -> CollegeOnDay:
    """The college by whose rules an application is judged: as on the day of its submission. A draft follows today's rules."""
    return college.on(judged_on(college, application) or college.day_of(now))


def load(session: Session, application: Application) -> Dossier:
    """The file of one application. Three queries."""
    return load_all(session, [application])[application.id]


def load_all(session: Session, applications: Iterable[Application]) -> dict[UUID, Dossier]:
    """The files of several applications, by application. Three queries, however many there are."""
    dossiers = {application.id: Dossier(application) for application in applications}
    if not dossiers:
        return dossiers
    for page in session.scalars(select(ApplicationPage).where(ApplicationPage.application_id.in_(dossiers))):
        dossiers[page.application_id].pages[page.page] = page
    newest_first = (
        select(Document).where(Document.application_id.in_(dossiers)).order_by(Document.received_at.desc(), Document.id.desc())
    )
    for document in session.scalars(newest_first):
        dossiers[document.application_id].documents.append(document)
    still_open = (
        select(RequestedItem)
        .where(RequestedItem.application_id.in_(dossiers), RequestedItem.answered_at.is_(None))
        .order_by(RequestedItem.requested_at, RequestedItem.id)
    )
    for item in session.scalars(still_open):
        dossiers[item.application_id].requested.append(item)
    return dossiers


def mine(work: UnitOfWork, *, lock: bool = False) -> Application:
    """The caller's own application, locked until the end of the transaction if wanted. Raises NotReadyYet."""
    query = select(Application).filter_by(account_id=work.caller.account_id)
    application = work.session.scalars(query.with_for_update() if lock else query).one_or_none()
    if application is None:
        raise NotReadyYet()
    return application


def one(work: UnitOfWork, application_id: UUID) -> Application:
    """Any application but one's own, for staff. Raises NotFound, OwnMatter."""
    application = work.session.get(Application, application_id)
    if application is None:
        raise NotFound()
    not_oneself(work, application.account_id)
    return application


def locked(work: UnitOfWork, application_id: UUID) -> Application:
    """Any application but one's own, locked until the end of the transaction. Raises NotFound, OwnMatter."""
    application = work.session.get(Application, application_id, with_for_update=True)
    if application is None:
        raise NotFound()
    not_oneself(work, application.account_id)
    return application


class Identity(TypedDict):
    """What every event about an application says of it."""

    application_id: UUID
    account_id: UUID
    reference: str


def identity_of(application: Application) -> Identity:
    """Gives it, to be spread into an event's data."""
    return Identity(application_id=application.id, account_id=application.account_id, reference=application.reference)
