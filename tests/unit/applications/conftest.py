"""The profile, and files of applications made by hand."""

import datetime as dt
from functools import cache
from typing import Any

import pytest

from services.applications.dossier import Dossier
from services.applications.form.form_rules import Context
from services.applications.models import Application, ApplicationPage, Document, RequestedItem
from services.common.kernel.ids import new_id
from services.contracts.college import CollegeOnDay, load_college
from tests.unit.applications.instants import NOW


@cache
def profile() -> CollegeOnDay:
    """CRPO as on the day of the tests, loaded once."""
    return load_college("deploy/colleges/crpo").at(NOW)


@pytest.fixture
def college() -> CollegeOnDay:
    return profile()


@pytest.fixture
def judged(college: CollegeOnDay):
    """What an answer is judged beside."""

    def judged(documents: dict[str, str] | None = None, **answers: Any) -> Context:
        return Context(college, answers, NOW.date(), documents or {})

    return judged


@pytest.fixture
def dossier(college: CollegeOnDay):
    """Makes a file in a state, with answers on the pages where the form asks for them."""

    def dossier(state: str = "draft", documents: list[Document] | None = None, requested: Any = (), **answers: Any) -> Dossier:
        application = Application(id=new_id(), state=state, payment="none", version=1)
        pages: dict[str, ApplicationPage] = {}
        for code, answer in answers.items():
            page = college.form.page_of(code).code
            pages.setdefault(page, ApplicationPage(page=page, values={}, version=1, saved_at=NOW)).values[code] = answer
        return Dossier(application, pages, list(documents or []), list(requested))

    return dossier


@pytest.fixture
def document():
    """Makes a document, received some minutes after `NOW`."""

    def document(requirement: str, state: str = "received", minutes: int = 0, in_file: bool = False) -> Document:
        at = NOW + dt.timedelta(minutes=minutes)
        reason = "Not legible" if state == "refused" else None
        return Document(
            id=new_id(),
            requirement=requirement,
            state=state,
            refusal_reason=reason,
            received_at=at,
            submitted_at=at if in_file else None,
        )

    return document


@pytest.fixture
def request_for():
    """Makes an open request of the college for a field or a requirement, made some minutes after `NOW`."""

    def request_for(field: str | None = None, requirement: str | None = None, minutes: int = 0) -> RequestedItem:
        return RequestedItem(
            field=field, requirement=requirement, reason="Please.", requested_at=NOW + dt.timedelta(minutes=minutes)
        )

    return request_for
