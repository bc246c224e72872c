"""The audit trail and what is held of people, from the command line: with the real services over the real broker."""

import json
import zipfile

import pytest
from sqlalchemy import text

from deploy.local.tools.keys import Keys
from services.contracts import identity
from tests.support.actors.identity_people import add_person
from tests.support.actors.staff_terminal import Terminal

SETTINGS = {
    "SWEEP_INTERVAL_S": "600",
    "PAYMENT_PROVIDER_URL": "http://127.0.0.1:9",
    "PAYMENT_API_KEY": "only-for-tests",
    "PAYMENT_WEBHOOK_SECRET": "only-for-tests",
    "SMTP_HOST": "127.0.0.1",
    "SMTP_PORT": "9",
}
SERVICES = ("identity", "applications", "registry", "billing", "qa", "correspondence")


@pytest.fixture
def office(system, tmp_path):
    """All services, an applicant, and a registrar at a terminal."""
    seal = Keys(tmp_path / "seal")
    seal.make(["registry"])
    system.start(*SERVICES, SEAL_CERTIFICATE_FILE=str(seal.seal_certificate), SEAL_KEY_FILE=str(seal.seal_key), **SETTINGS)
    return system


def acts(system, count=3):
    """Leaves entries in identity's trail."""
    who = system.caller("applicant", account_id=add_person(system))
    for language in ("en", "fr", "en")[:count]:
        system.call(identity.accounts.SetLanguage, who, language=language)
    return who.account_id


def tamper(system, statement):
    with system.session("identity") as session:
        session.execute(text("ALTER TABLE audit DISABLE TRIGGER USER"))
        session.execute(text(statement))


def test_a_trail_that_nobody_touched_is_whole_in_every_service(office):
    acts(office)
    terminal = Terminal(office).signed_in_as("registrar")
    found = terminal.data("audit", "verify")
    assert set(found) == set(SERVICES)
    assert all(one["broken"] is None and one["at_end"] for one in found.values())
    assert found["identity"]["position"] > 0


def test_the_first_link_that_was_changed_is_named(office):
    acts(office)
    tamper(office, "UPDATE audit SET actor = 'account/somebody-else' WHERE position = 2")
    terminal = Terminal(office).signed_in_as("registrar")
    result = terminal.run("audit", "verify", "--service", "identity")
    assert result.exit_code == 1
    assert "BROKEN at entry 2" in result.stdout


def test_an_entry_that_is_missing_is_named(office):
    acts(office)
    tamper(office, "DELETE FROM audit WHERE position = 2")
    result = Terminal(office).signed_in_as("registrar").run("audit", "verify", "--service", "identity")
    assert result.exit_code == 1
    assert "entry 2" in result.stdout


def test_a_trail_cut_off_at_its_end_is_seen_by_who_kept_the_end(office, tmp_path):
    acts(office)
    terminal, heads = Terminal(office).signed_in_as("registrar"), tmp_path / "heads.json"
    terminal.done("audit", "verify", "--service", "identity", "--heads", heads)
    assert json.loads(heads.read_text())["identity"]["position"] > 2
    tamper(office, "DELETE FROM audit WHERE position > 2")
    assert terminal.run("audit", "verify", "--service", "identity").exit_code == 0  # the chain alone does not tell
    result = terminal.run("audit", "verify", "--service", "identity", "--heads", heads)
    assert result.exit_code == 1
    assert "cut off" in result.stdout


def test_an_entry_before_the_kept_end_that_was_changed_since_is_seen_too(office, tmp_path):
    acts(office)
    terminal, heads = Terminal(office).signed_in_as("registrar"), tmp_path / "heads.json"
    terminal.done("audit", "verify", "--service", "identity", "--heads", heads)
    kept = heads.read_text()
    tamper(office, "UPDATE audit SET subject = 'account/somebody-else' WHERE position = 1")
    result = terminal.run("audit", "verify", "--service", "identity", "--heads", heads)
    assert result.exit_code == 1
    assert "entry 1" in result.stdout
    assert heads.read_text() == kept


def test_the_trail_is_listed_by_who_and_what_and_the_look_is_in_it(office):
    account_id = acts(office)
    terminal = Terminal(office).signed_in_as("registrar")
    page = terminal.data("audit", "list", "--service", "identity", "--action", "account:set-language")
    assert {one["subject"] for one in page["entries"]} == {f"account/{account_id}"}
    assert "audit:read" in terminal.done("audit", "list", "--service", "identity")


def test_only_auditors_look_into_the_trail_or_export_somebody_elses_data(office, tmp_path):
    account_id = acts(office)
    terminal = Terminal(office).signed_in_as("support")
    terminal.refused("audit", "list", "--service", "identity", code="forbidden")
    terminal.refused("person", "export", account_id, "--to", tmp_path / "person.zip", code="forbidden")
    assert not (tmp_path / "person.zip").exists()


def test_all_that_is_held_of_a_person_goes_into_one_file_and_the_export_is_in_the_trail(office, tmp_path):
    account_id = acts(office)
    terminal, target = Terminal(office).signed_in_as("registrar"), tmp_path / "person.zip"
    terminal.done("person", "export", account_id, "--to", target)
    with zipfile.ZipFile(target) as file:
        assert set(file.namelist()) == {"index.json", *(f"{name}.json" for name in SERVICES)}
        held = file.read("identity.json").decode()
    assert "ana.tremblay@example.org" in held
    assert "argon2" not in held
    assert target.stat().st_mode & 0o077 == 0
    trail = terminal.data("audit", "list", "--service", "identity", "--action", "personal-data:read")
    assert [one["subject"] for one in trail["entries"]] == [f"account/{account_id}"]


def test_nothing_is_written_when_a_service_does_not_answer(office, tmp_path):
    account_id = acts(office)
    office.stop("qa")
    target = tmp_path / "person.zip"
    result = Terminal(office).signed_in_as("registrar").run("person", "export", account_id, "--to", target)
    assert result.exit_code == 3
    assert not target.exists()


def test_what_retention_would_destroy_is_counted_by_type(office):
    page = Terminal(office).signed_in_as("registrar").data("person", "retention")
    assert {one["type"] for one in page["identity"]["records"]} == {"unactivated_accounts", "access_requests", "delegations"}
    assert [one["type"] for one in page["billing"]["records"]] == ["payment_notices"]


def test_entries_of_a_time_are_listed(office):
    acts(office)
    terminal = Terminal(office).signed_in_as("registrar")
    listed = ("audit", "list", "--service", "identity", "--action", "account:set-language")
    assert len(terminal.data(*listed, "--since", "2026-01-01T00:00")["entries"]) == 3
    assert terminal.data(*listed, "--until", "2026-01-01")["entries"] == []
