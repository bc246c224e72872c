"""The tables that the migrations make are those that the models describe, and the database itself holds what must never break."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from services.applications.models import Application, Base, Document, RequestedItem
from services.applications.service import ApplicationsService
from services.common.kernel import clock
from services.common.kernel.contract import Call
from services.common.kernel.ids import new_id


def test_the_migrations_make_what_the_models_describe(system):
    ours = set(Base.metadata.tables)
    with system.session("applications") as session:
        context = MigrationContext.configure(
            session.connection(),
            opts={"include_name": lambda name, kind, parents: kind != "table" or name in ours, "compare_type": False},
        )
        assert compare_metadata(context, Base.metadata) == []


def test_the_database_refuses_what_no_rule_would_write(system):
    application = {
        "id": new_id(), "account_id": new_id(), "reference": "A1", "state": "draft", "version": 1, "payment": "none",
        "opened_at": clock.now(), "last_action_at": clock.now(), "conditions": [],
    }  # fmt: skip
    document = {
        "id": new_id(), "application_id": application["id"], "requirement": "government_id", "file_name": "a.pdf",
        "media_type": "application/pdf", "size": 1, "sha256": "ab", "state": "received", "from_whom": "applicant", "received_at": clock.now(),
    }  # fmt: skip
    asked = {"id": new_id(), "application_id": application["id"], "reason": "x", "requested_at": clock.now()}
    with system.session("applications") as session:
        session.execute(insert(Application).values(**application))
    for table, row in (
        (Application, {**application, "id": new_id(), "reference": "A2"}),
        (Application, {**application, "id": new_id(), "account_id": new_id()}),
        (Application, {**application, "id": new_id(), "account_id": new_id(), "reference": "A3", "state": "lost"}),
        (Application, {**application, "id": new_id(), "account_id": new_id(), "reference": "A4", "payment": "maybe"}),
        (Document, {**document, "state": "refused"}),
        (Document, {**document, "size": 0}),
        (Document, {**document, "from_whom": "school"}),
        (RequestedItem, asked),
        (RequestedItem, {**asked, "field": "phone", "requirement": "transcript"}),
    ):
        with pytest.raises(IntegrityError), system.session("applications") as session:
            session.execute(insert(table).values(**row))


def test_every_call_of_the_contract_is_answered():
    answered = {method.contract.method for method in vars(ApplicationsService).values() if hasattr(method, "contract")}
    assert answered == {method for owner, method in Call.all if owner == "applications"}
