"""Registrants from the command line: with the real registry over the real broker."""

from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.common.kernel.clock import local_date
from services.common.kernel.dates import written_date
from services.common.kernel.ids import new_id
from tests.support.actors.registry_journey import register_someone, start_registry
from tests.support.actors.retention_desk import college
from tests.support.actors.staff_terminal import Terminal

REASONS = ("--reason-en", "Fees not paid.", "--reason-fr", "Droits impayés.")


@pytest.fixture
def number(system):
    """Somebody who was registered three months ago, by registration number."""
    start_registry(system)
    _, registered = register_someone(system, paid_at=clock.now() - timedelta(days=90))
    return registered.data["registration_number"]


@pytest.fixture
def terminal(system, number):
    return Terminal(system).signed_in_as("registrar")


def today():
    return local_date(clock.now(), college().time_zone.key)


def test_the_file_of_a_registrant_is_shown_in_both_languages_and_as_data(terminal, number):
    page = terminal.done("registrant", number)
    assert "Active" in page and "Practise with supervision." in page and "In force" in page and "automatically" in page
    assert "event/" not in page
    french = terminal.done("registrant", number, "--language", "fr")
    assert "Exerce sous supervision." in french and "En vigueur" in french and "automatiquement" in french
    assert terminal.data("registrant", number)["registrant"]["registration_number"] == number
    terminal.refused("registrant", "10000X", code="not_found")


def test_a_change_of_status_is_previewed_then_made_and_taken_back(terminal, number):
    change = ("change-status", number, "suspended", "--from", today().isoformat(), *REASONS)
    shown = terminal.done(*change, "--preview")
    assert shown.index("Without the change") < shown.index("Active") < shown.index("With the change") < shown.index("Suspended")
    assert terminal.data(*change, "--preview")["after"]["status"] == "suspended"
    assert "rien n’est enregistré" in terminal.done(*change, "--preview", "--language", "fr")
    terminal.refused(*change, code="not_confirmed", given="n\n")
    assert terminal.data("registrant", number)["registrant"]["status"] == "active"
    assert "Fees not paid." in terminal.done(*change, given="y\n")
    terminal.refused(*change, "--yes", code="standing_unchanged")
    facts = terminal.data("registrant", number)["facts"]
    mistake = next(fact["id"] for fact in facts if fact["may_be_taken_back"] and fact["kind"] == "status")
    assert mistake in terminal.done("registrant", number)
    back = ("take-back-fact", number, mistake, "--note", "Another person was meant.")
    terminal.refused(*back, code="not_confirmed", given="\n")
    assert "Superseded" in terminal.done(*back, "--yes")
    assert terminal.data("registrant", number)["registrant"]["status"] == "active"
    assert "déjà remplacé" in terminal.refused(*back, "--yes", "--language", "fr", code="not_to_be_taken_back")


def test_a_day_is_taken_as_either_language_writes_it_and_what_is_none_is_wrong_usage(terminal, number):
    day = today() + timedelta(days=30)
    for language in ("en", "fr"):
        change = ("change-status", number, "resigned", "--from", written_date(day, language), "--preview")
        assert terminal.data(*change)["day"] == day.isoformat()
    for none in ("soon", "01/02/2027"):
        assert terminal.run("change-status", number, "resigned", "--from", none).exit_code == 2
    terminal.refused("change-status", number, "late", "--from", today(), "--reason-en", "Only.", "--yes", code="invalid")


def test_only_the_registrar_changes_a_status_from_the_command_line(system, terminal, number):
    officer = Terminal(system).signed_in_as("registration_officer")
    assert "Active" in officer.done("registrant", number)
    officer.refused("change-status", number, "late", "--from", today(), "--yes", code="forbidden")
    officer.refused("take-back-fact", number, new_id(), "--note", "No.", "--yes", code="forbidden")
