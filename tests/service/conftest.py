"""What several files of the services' tests need."""

import pytest
from argon2 import PasswordHasher

from services.common.kernel.ids import new_id
from services.common.security.token_hashing import new_secret
from services.identity.passwords import passwords
from tests.support.actors.applications_journey import Applicant
from tests.support.actors.cookie_browser import ACCESS, Browser
from tests.support.actors.correspondence_desk import Sink
from tests.support.broker_users import Bus, LiveBus
from tests.support.gateway_rig import start_gateway
from tests.support.use_cases import UseCases

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
NOBODYS_QUICK_HASH = QUICK.hash(new_secret())


@pytest.fixture(scope="module", autouse=True)  # not the session's: tests of other folders follow in the same process
def quick_passwords():
    """Has passwords hashed as cheaply as argon2 can: these tests sign in thousands of times, and the true cost is a third of their work.

    Whole colleges, in processes of their own, hash as the product does; `true_passwords` is for tests here that are about that.
    """
    with pytest.MonkeyPatch.context() as patch:
        true = passwords._argon2
        patch.setattr(passwords, "_argon2", QUICK)
        patch.setattr(passwords, "_NOBODYS_HASH", NOBODYS_QUICK_HASH)
        yield true


@pytest.fixture
def true_passwords(quick_passwords, monkeypatch):
    """Has passwords hashed as the product does."""
    monkeypatch.setattr(passwords, "_argon2", quick_passwords)
    monkeypatch.setattr(passwords, "_NOBODYS_HASH", quick_passwords.hash(new_secret()))


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    """A mail server of one's own, which keeps what it is given."""
    sink = Sink(tmp_path_factory.mktemp("sink"))
    yield sink
    sink.stop()


@pytest.fixture
def use_cases(engines, templates, databases):
    """Starts a service's use cases on a database of their own, without a broker."""
    begun = []

    def use_cases(service, **given):
        begun.append(UseCases(service, engines, templates, databases, **given))
        return begun[-1]

    yield use_cases
    for each in begun:
        each.close()


@pytest.fixture
def live(system):
    """A broker with a user for each component, and real services on it."""
    bus = LiveBus(system)
    yield bus
    bus.close()


@pytest.fixture(scope="module")
def bus(engines):
    """A broker with a user for each component; no services run."""
    vhost = f"t{new_id().hex[-12:]}"
    engines.create_vhost(vhost)
    bus = Bus(engines, vhost)
    yield bus
    bus.close()
    engines.delete_vhost(vhost)


@pytest.fixture
def ana(system):
    """An applicant with a draft, in a browser in which she is signed in."""
    system.start("applications")
    ana = Applicant(system)
    ana.browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    ana.browser.cookies[ACCESS] = ana.caller.token
    return ana
