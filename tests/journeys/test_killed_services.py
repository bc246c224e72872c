"""Each service is killed with SIGKILL in the middle of steps 4 (approval to invoice) and 6 (payment to registration), and started again:
the registration is final once, and nothing is lost or doubled."""

import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from deploy.demo.journey.api import Refused, wait_for
from deploy.demo.journey.applicant import Applicant
from deploy.demo.journey.reviewer import Reviewer
from deploy.local.college.site import Site
from deploy.local.tools.checker import Checker
from tests.support.waiting import PATIENCE_S

COMPONENTS = ("identity", "applications", "registry", "billing", "qa", "correspondence", "gateway", "payment_provider")
# From «before the step's first message» to «in the middle of what follows from it».
MOMENTS_S = (0.01, 0.06)


@pytest.fixture(scope="module")
def one_by_one(college):
    """An applicant in review for each component and moment, prepared while all is well."""
    names = [(component, moment) for component in COMPONENTS for moment in MOMENTS_S]
    with ThreadPoolExecutor(4) as pool:
        ready = list(pool.map(lambda _: college.ready_to_decide("en"), names))
    return {
        component: [pair for (name, _), pair in zip(names, ready, strict=True) if name == component] for component in COMPONENTS
    }


def crash(site: Site, component: str, after_s: float) -> None:
    """Kills every process of the component after a moment, and starts it again a little later."""
    time.sleep(after_s)
    site.kill(component)
    time.sleep(0.3)
    site.start_component(component)


def persist(call, *args) -> None:
    """Repeats a request whose answer was lost, as a person would: a step that was taken already is refused, and that is fine."""
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            call(*args)
            return
        except Refused as refusal:
            if refusal.status in {409, 412}:
                return
            if refusal.status < 500:
                raise
            assert refusal.status == 503 and refusal.retry_after > 0
        except requests.ConnectionError:
            pass
        assert time.monotonic() < until, "the step could not be taken"
        time.sleep(0.3)


def pay(applicant: Applicant, number: str) -> None:
    """Pays on the provider's page; a page that is not there is tried again, as a person would."""
    applicant.pay(applicant.open_payment_page(number))


def finish(one: Applicant, file: dict, registrar: Reviewer, site: Site, component: str, moment: float) -> None:
    """Takes steps 4 and 6 with a crash in each, and waits until the person is registered."""
    with ThreadPoolExecutor(2) as pool:
        crashing = pool.submit(crash, site, component, moment)
        persist(registrar.approve, file)
        crashing.result()
    invoice = wait_for("the invoice", lambda: one.api.get("/invoices")["invoices"])[0]
    with ThreadPoolExecutor(2) as pool:
        crashing = pool.submit(crash, site, component, moment)
        persist(pay, one, invoice["number"])
        crashing.result()
    site.wait_ready(2 * PATIENCE_S)
    one.sign_in("email")
    registration = one.registration()
    assert one.on_register(registration["registration_number"])["name"] == one.name


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_service_killed_in_the_middle_of_approval_and_payment_loses_and_doubles_nothing(college, site, one_by_one, component):
    for moment, (one, file) in zip(MOMENTS_S, one_by_one[component], strict=True):
        finish(one, file, college.staff("registrar"), site, component, moment)
        assert len(one.api.get("/invoices")["invoices"]) == 1
    checker = Checker(site)
    try:
        wait_for("all services to agree", lambda: not checker.faults(), every_s=0.5)
    except AssertionError:
        pytest.fail("\n".join(checker.faults()))
    finally:
        checker.close()
    for one, _ in one_by_one[component]:
        mails = [mail["headers"]["message-id"] for mail in one.mailbox.mails()]
        # Account, transcript received, submitted, complete, invoice, receipt, portal open: a mail sent twice has the same Message-ID.
        assert len(set(mails)) == 7
