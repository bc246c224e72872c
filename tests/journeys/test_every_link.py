"""Every link of every page, mail and message leads where the one whom it is shown to may go."""

import uuid
from dataclasses import dataclass
from uuid import UUID

import amqp
import eventlet
import jwt
import pytest
import requests
from kombu import Connection

from deploy.demo.journey.api import Api, wait_for
from services.common.bus.topology import DEAD_EXCHANGE, HANDLER_HEADER, HISTORY_HEADER, dead_letter_queue
from services.common.kernel import clock
from services.contracts.pages import PAGES
from services.contracts.roles import ADMINISTRATOR, QA_OFFICER, SUPPORT
from services.identity.sessions.signing import FileSigner
from tests.support.actors.payment_notices import notice, signed, tell
from tests.support.pages.crawling import Crawl, Found, Visitor, written_links
from tests.support.waiting import PATIENCE_S

PUBLIC = ("/", "/sign-in", "/start", "/start/done", "/sign-in-help", "/signed-out", "/api/v1/docs", "/register?name=vignola")
AT_ONCE = 3


@dataclass
class People:
    """Who looks: by what they are called, each with where they begin; and whom a mail's address belongs to."""

    college: object
    visitors: dict[str, tuple[Visitor, tuple[str, ...]]]
    addresses: dict[str, str]

    def add(self, name: str, visitor: Visitor, *begins: str, email: str = "") -> None:
        self.visitors[name] = visitor, begins
        if email:
            self.addresses[email.lower()] = name


@pytest.fixture(scope="module")
def people(college):
    """Somebody at each point of the main job, a delegate, every role of the staff, and work for each of them to look at."""
    made = People(college, {}, {})
    walks = (_draft, _filed, _asked_for_more, _unpaid, _refused, _registrant)
    for files in eventlet.GreenPool(AT_ONCE).imap(lambda journey: journey(made), walks):
        made.files = getattr(made, "files", []) + files
    _staff(made)
    made.add("nobody", Visitor("nobody", college.url), *PUBLIC)
    made.add("nobody, en français", Visitor("nobody, en français", college.url, "fr"), *PUBLIC)
    yield made
    with Connection(college.site.environment("qa")["AMQP_URI"]) as connection:  # others find the queues of this college empty
        connection.channel().queue_purge(dead_letter_queue("qa"))


def _person(made: People, name: str, one, *begins: str) -> Visitor:
    visitor = Visitor(name, made.college.url, one.language).sign_in(one.email, one.password)
    made.add(name, visitor, "/portal", *begins, email=one.email)
    return visitor


def _draft(made: People) -> list[str]:
    college = made.college
    one, helper = college.signed_in("en", last_name="Draft"), college.applicant("en", last_name="Helper")
    account = {"email": helper.email, "password": helper.password, "applying": False}
    helper.api.post("/applications/start", account)
    helper.activate()
    helper.sign_in()
    one.api.post("/delegations", {"email": helper.email, "name": "Sam", "pages": list(PAGES)})
    token = helper.mailbox.link(helper.mailbox.wait("/delegation"), "token=").partition("token=")[2]
    held = helper.api.post("/delegations/accept", {"token": token})
    one.api.post("/delegations", {"email": f"nobody.{uuid.uuid4().hex}@people.example.org", "name": "Kim", "pages": ["fees"]})
    owner = _person(made, "applicant with a draft", one)
    _person(made, "delegate", helper)
    at_work = Visitor("delegate at work", college.url).sign_in(helper.email, helper.password)
    made.add("delegate at work", at_work.act(held["id"], owner.caller, PAGES), "/portal")
    return []


def _filed(made: People) -> list[str]:
    one, application_id = made.college.submitted("fr", last_name="Filed")
    _person(made, "applicant, submitted", one)
    return [application_id]


def _asked_for_more(made: People) -> list[str]:
    one, application_id = made.college.submitted("en", last_name="Asked")
    officer = made.college.staff("registration_officer")
    items = [{"field": "programme_name", "reason": "Give all of it."}, {"requirement": "government_id", "reason": "Blurred."}]
    officer.step(officer.file(application_id), "request-more", items=items)
    _person(made, "applicant, asked for more", one)
    return [application_id]


def _unpaid(made: People) -> list[str]:
    one, invoice = made.college.approved("en", last_name="Unpaid")
    one.open_payment_page(invoice["number"])
    made.college.provider_tells(one.open_payment_page(invoice["number"]), "dispute.created", reason="fraudulent")
    tell(made.college, body := notice(invoice["number"], 100), signed(made.college, body))  # a flagged payment
    _person(made, "applicant, unpaid", one)
    return []


def _refused(made: People) -> list[str]:
    one, file = made.college.ready_to_decide("en", last_name="Refused")
    made.college.staff("registrar").step(file, "decision", decision="refused", reasons="The hours are not documented.")
    one.mailbox.wait("The hours are not documented.")
    _person(made, "applicant, refused", one)
    return [file["id"]]


def _registrant(made: People) -> list[str]:
    college = made.college
    one, file = college.ready_to_decide("fr", last_name="Vignola")
    terms = [{"code": "upgrading"}, {"en": "Practises under supervision.", "fr": "Exerce sous supervision."}]
    college.staff("registrar").approve(file, terms=terms)
    one.pay(one.open_payment_page(one.invoice()["number"]))
    one.registration()
    one.certificate("fr")
    wait_for("the welcome mail", lambda: len(one.mailbox.mails()) >= 7)
    _person(made, "registrant", one)
    return [file["id"]]


def _staff(made: People) -> None:
    college = made.college
    officer, registrar = college.staff("registration_officer"), college.staff("registrar")
    asked = {"kind": "lost_email", "contact_email": "new@people.example.org", "stated": {"legal_name": "A. Draft"}}
    for message in ("one", "two"):
        Api(college.url).post("/access-requests", asked | {"message": message})
    found = officer.api.get("/staff/access-requests", state="open")["requests"]
    account = str(made.visitors["applicant with a draft"][0].caller.account_id)
    checks = [{"fact": "legal_name", "result": "matches"}, {"fact": "call_back", "result": "matches"}]
    officer.api.post(
        f"/staff/access-requests/{found[0]['id']}/decision",
        {"outcome": "approved", "account_id": account, "checks": checks, "note": "Called her."},
    )
    texts = {"subject_en": "Consultation", "subject_fr": "Une consultation", "body_en": "Tell us.", "body_fr": "Dites-le-nous."}
    registrar.api.post("/staff/mailings", texts)
    _dead_letter(college)
    begins = ("/portal", "/staff/access-requests?state=proposed", *(f"/staff/applications/{one}" for one in made.files))
    tokens = {one: college.staff(one).api.access_token for one in ("registration_officer", "registrar", "billing_officer")}
    claims = jwt.decode(tokens["registrar"], options={"verify_signature": False})
    signer = FileSigner(college.site.keys.signing_key, college.site.keys.verify_keys)
    for role in (SUPPORT, QA_OFFICER, ADMINISTRATOR):  # the registrar, with another role only
        tokens[role] = signer.sign(UUID(claims["sub"]), [role], UUID(claims["sid"]), "en")
    for role, token in tokens.items():
        reviews = role in ("registration_officer", "registrar")
        visitor = Visitor(role, college.url).take_up(token, jwt.decode(token, options={"verify_signature": False})["roles"])
        made.add(
            role,
            visitor,
            *begins if reviews else begins[:1],
            email=getattr(college.account(role), "login", "") if reviews else "",
        )


def _dead_letter(college) -> None:
    history = [{"at": clock.now().isoformat(), "error": "ValueError: this never works"}]
    headers = {HISTORY_HEADER: history, HANDLER_HEADER: "events.qa.registry.RegistrationFinalised"}
    with Connection(college.site.environment("qa")["AMQP_URI"]) as connection:
        message = amqp.Message(b"not even JSON", delivery_mode=2, application_headers=headers)
        connection.channel().basic_publish(message, DEAD_EXCHANGE, "qa")


@pytest.fixture(scope="module")
def crawls(people):
    """Everybody's way through all that they can reach; then through all that was written to them."""
    crawls = {name: Crawl(visitor) for name, (visitor, _begins) in people.visitors.items()}
    for _ in eventlet.GreenPool(AT_ONCE).imap(lambda name: crawls[name].follow(*people.visitors[name][1]), crawls):
        pass
    return crawls


@pytest.mark.timeout(300)
def test_whatever_is_shown_to_somebody_answers_them(crawls):
    assert [fault for crawl in crawls.values() for fault in crawl.faults] == []
    assert len(crawls["registrar"].pages) > 100 and len(crawls["nobody"].pages) > 30


def test_every_link_that_was_mailed_leads_the_one_it_was_mailed_to_on(college, people, crawls):
    answer = requests.get(f"{college.site.mail_inbox_url}/api/mails", params={"limit": 1000}, timeout=PATIENCE_S)
    faults, followed = [], 0
    for mail in answer.json():
        name = next((people.addresses[to] for to in map(str.lower, mail["to"]) if to in people.addresses), "nobody")
        links = written_links(mail["text"]) + Found(mail["html"] or "").links
        crawl, before = crawls[name], len(crawls[name].faults)
        crawl.follow(*links, where=f"the mail “{mail['subject']}”", whatever=name != "nobody")
        faults += crawl.faults[before:]
        followed += len(links)
    assert faults == []
    assert followed > 40


def test_every_link_in_the_inbox_leads_on(people, crawls):
    faults, opened = [], 0
    for name, crawl in crawls.items():
        visitor = crawl.visitor
        if visitor.caller.signed_in and not visitor.caller.delegate_id:
            before = len(crawl.faults)
            found = visitor.session.get(f"{visitor.url}/api/v1/messages", timeout=PATIENCE_S).json()["messages"]
            crawl.follow(*(f"/messages/{one['id']}" for one in found), where=f"the inbox of {name}")
            faults += crawl.faults[before:]
            opened += len(found)
    assert faults == []
    assert opened > 20


def test_who_proposed_an_approval_is_not_shown_a_button_to_confirm_it(crawls):
    shown = {name for name, crawl in crawls.items() if any(page.endswith("/confirmation") for page in crawl.pages)}
    assert shown == {"registrar", "support", "administrator"}
