"""Certificates with a letter that no font has, on the real bus: not sealed, the college told, and made once there is a font."""

from contextlib import suppress
from functools import partial

import pytest
import requests
from sqlalchemy import text

from services.common.kernel.errors import Forbidden
from services.contracts import registry as contracts
from services.contracts.registry import CertificateHeldBack, CertificateTriedAgain
from tests.support.actors.registry_journey import PAID_AT, content, register_someone, start_registry
from tests.support.actors.staff_desk import at_desk
from tests.support.metrics import scrape, value
from tests.support.pages.html_pages import read_page
from tests.support.samples.fonts import HIEROGLYPH, fonts_of, lay_font
from tests.support.waiting import PATIENCE_S, until

NAME = f"Élise {HIEROGLYPH} Côté"


@pytest.fixture
def fonts(tmp_path, monkeypatch):
    """The folder with further fonts, empty."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setenv("FONTS_FOLDER", str(folder))
    return folder


@pytest.fixture
def held(system, fonts):
    """Who is registered with such a name, and what was announced of the certificate."""
    start_registry(system)
    application, fact = register_someone(system, legal_name=NAME)
    [told] = system.announced(CertificateHeldBack)
    return system.caller("registrant", account_id=application["account_id"]), fact, told


def waiting(system):
    return system.call(contracts.ListHeldCertificates, system.caller("registration_officer"))


def made(system, caller, language):
    with suppress(contracts.CertificateHeld, contracts.CertificateNotReady):
        return system.call(contracts.ReadCertificate, caller, language=language)


def files(system):
    with system.session("registry") as session:
        return session.execute(text("SELECT count(*) FROM certificate_files")).scalar_one()


def test_the_person_is_registered_and_no_certificate_is_sealed(system, held):
    caller, fact, _ = held
    mine = system.call(contracts.GetMyRegistration, caller)
    assert (mine["name"], mine["status"]) == (NAME, "active")
    assert (mine["certificate_ready"], mine["certificate_held"]) == (False, True)
    assert files(system) == 0
    for language in ("en", "fr"):
        with pytest.raises(contracts.CertificateHeld):
            system.call(contracts.ReadCertificate, caller, language=language)
    found = system.call(contracts.VerifyCertificate, system.anonymous, code=fact.data["certificate_number"])
    assert found["registrant"]["registration_number"] == fact.data["registration_number"]


def test_staff_are_told_which_whose_and_which_letters_and_nothing_of_the_name(system, held):
    _, fact, told = held
    assert told.data.keys() == {"certificate_number", "registration_number", "letters", "held_at"}
    assert told.data["letters"] == ["U+13000"]
    [listed] = waiting(system)["certificates"]
    assert listed["letters"] == ["U+13000"]
    for said in (listed, told.data):
        assert said["certificate_number"] == fact.data["certificate_number"]
        assert said["registration_number"] == fact.data["registration_number"]
    with system.session("registry") as session:
        entries = session.execute(text("SELECT after FROM audit WHERE action = 'certificate:hold'")).scalars().all()
    assert entries == [{"letters": ["U+13000"]}]


def test_it_is_no_failure_nothing_is_retried_and_nothing_is_parked(system, held):
    system.settle()
    assert len(system.announced(CertificateHeldBack)) == 1
    assert system.dead_letters("registry") == []
    with system.session("registry") as session:
        handled = session.execute(text("SELECT count(*) FROM inbox WHERE handler = 'make_certificate'")).scalar_one()
    assert handled == 1


def test_tried_again_in_vain_it_goes_on_waiting_and_nobody_is_told_twice(system, held):
    assert system.call(contracts.MakeHeldCertificates, system.caller("support")) == {"tried": 1}
    system.announced(CertificateTriedAgain)
    system.settle()
    assert waiting(system)["total"] == 1 and files(system) == 0
    assert len(system.announced(CertificateHeldBack)) == 1
    assert system.dead_letters("registry") == []


def test_once_there_is_a_font_and_staff_try_again_the_certificate_is_made_without_a_restart(system, held, fonts):
    caller, _, _ = held
    lay_font(fonts)
    assert system.call(contracts.MakeHeldCertificates, system.caller("registrar")) == {"tried": 1}
    for language in ("en", "fr"):
        pdf = content(system, until(partial(made, system, caller, language), "the certificate"))
        assert "OneLetter-Regular" in fonts_of(pdf)
    until(lambda: waiting(system) == {"certificates": [], "total": 0}, "nothing to wait")
    mine = system.call(contracts.GetMyRegistration, caller)
    assert (mine["certificate_ready"], mine["certificate_held"]) == (True, False)


def test_only_staff_who_help_people_see_and_try(system, held):
    caller, _, _ = held
    for contract in (contracts.ListHeldCertificates, contracts.MakeHeldCertificates):
        for other in (caller, system.caller("billing_officer"), system.caller("qa_officer")):
            with pytest.raises(Forbidden):
                system.call(contract, other)


def test_the_metric_tells_how_many_wait(system, held):
    assert value(scrape(system.containers["registry"]), "college_certificates_held", service="registry") == 1


def test_the_person_can_ask_what_is_held_of_them_and_sees_the_letters(system, held):
    caller, _, _ = held
    sections = system.call(contracts.personal_data.GetPersonalData, caller)["sections"]
    [section] = [one for one in sections if one["code"] == "held_certificate"]
    assert "U+13000" in str(section)


def test_the_college_is_mailed_once_by_numbers_and_letters_and_without_the_name(system):
    system.start("correspondence", SMTP_HOST="127.0.0.1", SMTP_PORT="9")
    facts = {"certificate_number": "CERT-0000001-X", "registration_number": "1234", "letters": ["U+E000", "U+13000"]}
    envelope = system.publish(CertificateHeldBack, **facts, held_at=PAID_AT)
    system.publish_again(envelope)

    def written():
        with system.session("correspondence") as session:
            return session.execute(text("SELECT recipient, subject, body FROM messages")).all()

    [(recipient, subject, body)] = until(written, "the mail")
    assert recipient == "registration@crpo.ca" and "CERT-0000001-X" in subject
    for part in ("1234", "U+13000 (EGYPTIAN HIEROGLYPH A001)", "- U+E000\n", "/staff/certificates", "est inscrite"):
        assert part in body, part
    system.settle()
    assert len(written()) == 1


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_staffs_page_names_what_waits_and_the_person_reads_that_the_college_is_on_it(system, held, fonts, language):
    caller, fact, _ = held
    browser = at_desk(system, "support", language=language)
    page = read_page(browser.get("/staff/certificates"), language)
    for part in (fact.data["certificate_number"], fact.data["registration_number"], "U+13000", "EGYPTIAN HIEROGLYPH A001"):
        assert part in page.text, part
    assert HIEROGLYPH not in page.text
    told = requests.get(
        f"{browser.base}/api/v1/registration/certificate",
        headers={"Authorization": f"Bearer {caller.token}", "Accept-Language": language},
        timeout=PATIENCE_S,
    )
    assert told.status_code == 409 and told.json()["code"] == "certificate_held"
    assert {"en": "Our staff have been told", "fr": "Notre personnel en a été avisé"}[language] in told.json()["detail"]
    lay_font(fonts)
    browser.post("/staff/certificates/make")
    until(lambda: waiting(system)["total"] == 0, "nothing to wait")
    empty = {"en": "No certificate waits", "fr": "Aucun certificat n’attend"}[language]
    assert empty in read_page(browser.get("/staff/certificates"), language).text
