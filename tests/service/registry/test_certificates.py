"""Certificates on the real bus: made in both languages, sealed, read by their registrant, verified by anyone."""

import eventlet
import pytest
from sqlalchemy import text

from services.common.documents import pdf_seal
from services.common.kernel.errors import Forbidden, NotFound
from services.common.kernel.references import Numbering
from services.contracts import registry as contracts
from services.contracts.billing.events import FinalisationReplayed
from services.registry.certificate_renderer import CertificateRenderer
from tests.support.actors.registry_journey import (
    SUPERVISION,
    content,
    pay,
    read_when_ready,
    register_someone,
    start_registry,
    words_of,
)


@pytest.fixture
def registered(system):
    """The keys of the seal, the application, and the announced registration."""
    keys = start_registry(system)
    application, fact = register_someone(system)
    return keys, system.caller("registrant", account_id=application["account_id"], language="fr"), fact, application


def test_a_registrant_reads_the_certificate_in_both_languages(system, registered):
    _, caller, fact, _ = registered
    number, certificate = fact.data["registration_number"], fact.data["certificate_number"]
    french, english = read_when_ready(system, caller), read_when_ready(system, caller, language="en")
    assert (french["file_name"], english["file_name"]) == (f"Certificat-{certificate}.pdf", f"Certificate-{certificate}.pdf")
    assert french["media_type"] == "application/pdf"
    assert french["size"] == len(content(system, french))
    code = system.call(contracts.GetMyRegistration, caller)["verification_code"]
    for stored, expected in (
        (
            french,
            (
                "Certificat d’inscription",
                "Numéro d’inscription",
                "23 novembre 2026",
                "Psychothérapeute autorisé(e) (stagiaire)",
                SUPERVISION["fr"],
            ),
        ),
        (
            english,
            (
                "Certificate of Registration",
                "Registration number",
                "November 23, 2026",
                "Registered Psychotherapist (Qualifying)",
                SUPERVISION["en"],
            ),
        ),
    ):
        words = words_of(content(system, stored))
        for part in (*expected, "Élise Marie Côté-D’Amour", number, certificate):
            assert part in words, part
        assert f"http://college.test/verify/{code}" in words.replace(" ", "") or f"http://college.test/verify/{code}" in words


def test_the_seal_shows_any_change(system, registered):
    keys, caller, _, _ = registered
    for language in ("en", "fr"):
        pdf = content(system, read_when_ready(system, caller, language=language))
        check = pdf_seal.verify(pdf, keys.seal_certificate)
        assert check.genuine
        changed = bytearray(pdf)
        changed[len(changed) // 3] ^= 1
        assert not pdf_seal.verify(bytes(changed), keys.seal_certificate).genuine


def test_a_paper_sealed_before_the_seal_was_changed_stays_as_it_is_and_the_next_one_has_the_new_seal(system, registered):
    keys, caller, _, _ = registered
    before = content(system, read_when_ready(system, caller))
    system.stop("registry")
    keys.seal.renew()
    start_registry(system)
    assert content(system, read_when_ready(system, caller)) == before
    application, _ = register_someone(system, count=2)
    after = content(system, read_when_ready(system, system.caller("registrant", account_id=application["account_id"])))
    assert pdf_seal.verify(after, keys.seal_certificate).genuine and not pdf_seal.verify(before, keys.seal_certificate).trusted
    assert all(pdf_seal.verify(paper, keys.seal.all_certificates).genuine for paper in (before, after))


def test_the_registration_page_says_when_the_certificate_is_ready(system, registered):
    _, caller, fact, _ = registered
    read_when_ready(system, caller, language="en")
    read_when_ready(system, caller, language="fr")
    mine = system.call(contracts.GetMyRegistration, caller)
    assert mine["certificate_ready"] is True
    assert mine["certificate_number"] == fact.data["certificate_number"]


def test_until_it_is_made_a_certificate_is_being_prepared(system, monkeypatch):
    may_print = eventlet.Event()
    original = CertificateRenderer.make

    def wait_and_make(*args):
        may_print.wait()
        return original(*args)

    monkeypatch.setattr(CertificateRenderer, "make", wait_and_make)
    start_registry(system)
    application, _ = register_someone(system)
    caller = system.caller("registrant", account_id=application["account_id"])
    with pytest.raises(contracts.CertificateNotReady):
        system.call(contracts.ReadCertificate, caller)
    assert system.call(contracts.GetMyRegistration, caller)["certificate_ready"] is False
    may_print.send()
    read_when_ready(system, caller)


def test_a_press_that_fails_once_is_tried_again(system, monkeypatch):
    original, failures = CertificateRenderer.make, []

    def fail_first(*args):
        if not failures:
            failures.append(1)
            raise pdf_seal.SealError("not now")
        return original(*args)

    monkeypatch.setattr(CertificateRenderer, "make", fail_first)
    start_registry(system)
    application, _ = register_someone(system)
    read_when_ready(system, system.caller("registrant", account_id=application["account_id"]))
    assert failures == [1]


def test_a_replay_makes_no_other_certificate(system, registered):
    _, caller, _, application = registered
    before = [read_when_ready(system, caller, language=language) for language in ("en", "fr")]
    pay(system, application, FinalisationReplayed)
    system.announced(contracts.RegistrationFinalised, count=2)
    system.settle()
    assert [system.call(contracts.ReadCertificate, caller, language=language) for language in ("en", "fr")] == before
    with system.session("registry") as session:
        assert session.execute(text("SELECT count(*) FROM certificate_files")).scalar_one() == 2


def test_a_replay_makes_a_certificate_that_is_missing(system, registered):
    _, caller, _, application = registered
    read_when_ready(system, caller, language="fr")
    read_when_ready(system, caller, language="en")
    with system.session("registry") as session:
        session.execute(text("DELETE FROM certificate_files WHERE language = 'en'"))
    pay(system, application, FinalisationReplayed)
    read_when_ready(system, caller, language="en")


def test_anyone_verifies_a_certificate_by_its_code_its_address_or_a_number_however_they_are_written(system, registered):
    _, caller, fact, _ = registered
    code = system.call(contracts.GetMyRegistration, caller)["verification_code"]
    number, registration = fact.data["certificate_number"], fact.data["registration_number"]
    ways = {
        contracts.BY_CODE: [
            code,
            code.lower(),
            code.upper(),
            f" {code[:9]} {code[9:]} ",
            f"http://college.test/verify/{code}",
            f"college.test/verify/{code}?language=fr",
            f"http://college.test/verify/{code}.",
        ],
        contracts.BY_CERTIFICATE_NUMBER: [
            number,
            number.lower(),
            number.replace("-", " "),
            f"https://college.test/verify/{number}",
        ],
        contracts.BY_REGISTRATION_NUMBER: [registration, f"{registration[:2]} {registration[2:]}"],
    }
    for found_by, texts in ways.items():
        for typed in texts:
            found = system.call(contracts.VerifyCertificate, system.anonymous, code=typed)
            assert (found["certificate_number"], found["found_by"]) == (number, found_by), typed
            assert str(found["issued_on"]) == "2026-11-23"
            assert found["registrant"]["registration_number"] == registration


def test_only_a_number_that_no_slip_makes_is_said_to_be_none_of_ours(system, registered):
    _, caller, fact, _ = registered
    code, number = system.call(contracts.GetMyRegistration, caller)["verification_code"], fact.data["certificate_number"]
    slipped = number[:-1] + ("A" if number[-1] != "A" else "B")
    for slip in (code[:-1], slipped, "%", "'", "/verify/", "https://elsewhere.test/verify/"):
        with pytest.raises(NotFound) as refused:
            system.call(contracts.VerifyCertificate, system.anonymous, code=slip)
        assert not isinstance(refused.value, contracts.NeverIssued)
    for never_given in (Numbering("CERT").make(7_654_321), Numbering("", 4).make(7654)):
        with pytest.raises(contracts.NeverIssued):
            system.call(contracts.VerifyCertificate, system.anonymous, code=never_given)


def test_a_certificate_is_read_by_its_registrant_only(system, registered):
    with pytest.raises(NotFound):
        system.call(contracts.ReadCertificate, system.caller("registrant"))
    with pytest.raises(Forbidden):
        system.call(contracts.ReadCertificate, system.caller("registrar"))
