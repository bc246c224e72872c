"""What the tests of retention share: making things old, and one run of the retention job as the timer makes it."""

from contextlib import contextmanager
from datetime import timedelta
from functools import cache
from types import SimpleNamespace

from sqlalchemy import select, update

from services.common.kernel import clock
from services.common.kernel.caller import Caller
from services.common.kernel.ids import new_id
from services.common.persistence.engine import Database
from services.common.persistence.tables import audit
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts.college import load_college
from services.contracts.identity.events import LegalHoldLifted, LegalHoldPlaced
from tests.support.places import ROOT

college = cache(lambda: load_college(ROOT / "deploy/colleges/crpo"))


@contextmanager
def works_of(system, service):
    """Units of work with the service's own rights, as one replica has them."""
    database = Database(system.service_url(service))
    yield UnitOfWorkFactory(database, Caller)
    database.close()


def years_ago(years, days=0):
    return clock.now() - timedelta(days=365.25 * years + days)


def age(system, service, model, key, **columns):
    """Sets columns of one row, by its id."""
    with system.session(service) as session:
        session.execute(update(model).where(model.id == key).values(**columns))


def there(system, service, model):
    """The ids of all rows."""
    with system.session(service) as session:
        return set(session.scalars(select(model.id)))


def destructions(system, service):
    """The audit entries of destructions, oldest first."""
    with system.session(service) as session:
        return session.execute(select(audit).where(audit.c.action == "record:destroy").order_by(audit.c.position)).all()


def hold(system, account_id):
    """Tells of a legal hold, and gives how it is lifted."""
    fact = {"hold_id": new_id(), "account_id": account_id}
    system.publish(LegalHoldPlaced, **fact)
    return SimpleNamespace(fact=fact, lift=lambda: system.publish(LegalHoldLifted, **fact))
