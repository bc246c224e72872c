"""The text of a message that was sent, as a page: who reads it, and where it leads."""

import pytest
from sqlalchemy.dialects.postgresql import insert

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.contracts import correspondence
from services.correspondence.messages import LINK_MARK
from services.correspondence.models import Contact, Message
from tests.support.actors.cookie_browser import LANGUAGE
from tests.support.actors.staff_desk import an_office, at_desk
from tests.support.pages.html_pages import read_page


@pytest.fixture
def office(system):
    """A registrar's browser before the real applications service."""
    return an_office(system)


def write_to(system, account_id, **columns):
    """A message that was sent to somebody with an account; gives its id."""
    with system.session("correspondence") as session:
        # The service may hear of the account in the same moment.
        theirs = {"account_id": account_id, "email": "amelie@example.org", "language": "fr", "email_as_of": clock.now()}
        session.execute(insert(Contact).values(**theirs).on_conflict_do_nothing())
        message = Message(
            id=new_id(), account_id=account_id, kind="application_refused", key=str(new_id()), language="fr", in_both=False,
            sender="s@example.org", recipient="amelie@example.org", subject="Décision <b>", had_link=True, correlation_id="c",
            body=f"Bonjour,\n\nVoici : {LINK_MARK}\n\n<script>", written_at=clock.now(), **columns,
        )  # fmt: skip
        session.add(message)
        return message.id


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_text_of_a_message_is_read_from_the_list_and_leads_to_the_file(office, language):
    system = office.system
    system.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")
    sent = write_to(system, office.person.account_id, delivery="sent", delivered_at=clock.now(), attempts=2)
    office.cookies[LANGUAGE] = language
    log, file = read_page(office.get("/staff/messages"), language), f"/staff/applications/{office.person.id}"
    leads = [one["href"] for one in log.all("a")]
    assert f"/staff/messages/{sent}" in leads and file in leads and "A0000017" in log.text
    answer = office.get(f"/staff/messages/{sent}")
    page = read_page(answer, language)
    words = {"en": ("Refusal", "To", "Sent", "Tries", "Delivery"), "fr": ("Refus", "À", "Envoyé", "Essais", "Livraison")}[
        language
    ]
    assert all(word in page.text for word in (*words, "amelie@example.org", "Décision <b>", "A0000017", "Amélie Tremblay-Ōta"))
    assert (
        "Ce lien ne figurait que dans le courriel." in page.text
        and LINK_MARK not in page.text
        and "&lt;script&gt;" in answer.text
    )
    assert file in [one["href"] for one in page.all("a")]
    assert not [one for one in page.all("form") if "/resend" in one["action"]], "its link is gone"
    looked = system.call(correspondence.audit.ListAudit, office.caller, action="message:view")["entries"]
    assert [(one["actor"], one["subject"]) for one in looked] == [(f"account/{office.caller.account_id}", f"message/{sent}")]


def test_a_message_leads_nowhere_that_its_reader_may_not_go(office):
    system = office.system
    system.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")
    sent = write_to(system, office.person.account_id, delivery="bounced", last_error="550")
    support, administrator = at_desk(system, "support"), at_desk(system, "administrator")
    for page in (read_page(support.get(f"/staff/messages/{sent}"), "en"), read_page(support.get("/staff/messages"), "en")):
        assert "A0000017" in page.text and "Amélie" not in page.text
        assert not [one for one in page.all("a") if one["href"].startswith("/staff/applications/")]
    assert f"/staff/messages/{sent}" not in [
        one["href"] for one in read_page(administrator.get("/staff/messages"), "en").all("a")
    ]
    assert administrator.get(f"/staff/messages/{sent}").status_code == 403
    assert support.get(f"/staff/messages/{new_id()}").status_code == 404
