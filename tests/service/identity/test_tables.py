"""Identity's tables are as its models say, and the database itself keeps what must never happen."""

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.exc import IntegrityError

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.common.persistence.tables import floor
from services.identity.models import Account, Base


def account(**values):
    known = {"email": "a@example.org", "email_key": "a@example.org", "language": "en", "password_hash": "$argon2id$x"}
    return Account(id=new_id(), opened_at=clock.now(), **{**known, **values})


def test_the_migrations_make_what_the_models_say(system):
    def own_tables(name, kind, _parents):
        return kind != "table" or name not in floor.tables

    with system.session("identity") as session:
        context = MigrationContext.configure(session.connection(), opts={"include_name": own_tables})
        assert compare_metadata(context, Base.metadata) == []


@pytest.mark.parametrize(
    "values",
    [
        {"email": "A@example.org"},  # the same address, written otherwise
        {"email_key": "b@example.org", "application_id": "A-0000001-A"},
        {"email_key": "b@example.org", "language": "de"},
        {"email_key": "b@example.org", "password_hash": "a plain password"},
    ],
)
def test_the_database_refuses_a_second_address_or_id_an_unknown_language_and_a_plain_password(system, values):
    with system.session("identity") as session:
        session.add(account(application_id="A-0000001-A"))
    with pytest.raises(IntegrityError), system.session("identity", as_service=True) as session:
        session.add(account(**values))
