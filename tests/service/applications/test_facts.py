"""Comparing what somebody states with what is on file, over the real bus and database (F10)."""

from datetime import date

import pytest
from sqlalchemy import select

from services.applications.form.facts_on_file import digits, letters_and_digits, words
from services.common.kernel.errors import Forbidden, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts.applications.review import CompareFacts
from tests.support.actors.applications_journey import PAGES, Applicant

BORN = date(1990, 2, 28)


@pytest.fixture
def file(system):
    """An applicant with the answers of the walk, and a member of the support."""
    system.start("applications")
    one = Applicant(system)
    one.save("personal_information", **PAGES["personal_information"])
    one.support = system.caller("support", account_id=new_id())
    return one


def compare(file, account_id=None, caller=None, **stated):
    account_id = account_id or file.account_id
    reply = file.system.call(CompareFacts, caller or file.support, account_id=account_id, **stated)
    return {check["fact"]: check["result"] for check in reply["checks"]}


def test_what_is_stated_is_compared_and_nothing_else(file):
    right = {"legal_name": "Amélie Rose Tremblay-Ōta", "date_of_birth": BORN, "phone": "416 555-0123", "postal_code": "P3E 5J1"}
    assert compare(file, **right) == dict.fromkeys(right, "matches")
    wrong = {"legal_name": "Amélie Roy", "date_of_birth": date(1990, 2, 27), "phone": "416 555-0124", "postal_code": "P3E 5J2"}
    assert compare(file, **wrong) == dict.fromkeys(wrong, "differs")
    assert compare(file, phone="4165550123") == {"phone": "matches"}
    assert compare(file) == {}


@pytest.mark.parametrize(
    ("stated", "result"),
    [
        ("Amélie Tremblay-Ōta", "matches"),
        ("AMELIE TREMBLAY OTA", "matches"),
        ("Tremblay-Ota, Amelie R.", "differs"),
        ("tremblay-ota, amelie rose", "matches"),
        ("Ame\u0301lie Tremblay-O\u0304ta", "matches"),
        ("Amélie", "differs"),
        ("Rose Tremblay-Ōta", "differs"),
        ("Amélie Tremblay-Ōta Smith", "differs"),
        ("Amy Tremblay", "differs"),
        ("-", "differs"),
    ],
)
def test_a_legal_name_matches_whatever_its_case_accents_and_order(file, stated, result):
    assert compare(file, legal_name=stated) == {"legal_name": result}


@pytest.mark.parametrize("stated", ["(416) 555.0123", "+1 416 555 0123", "1-416-555-0123 ext. 12", "416 555-0123, poste 7"])
def test_a_telephone_number_matches_however_it_is_written(file, stated):
    assert compare(file, phone=stated) == {"phone": "matches"}


@pytest.mark.parametrize("stated", ["p3e5j1", " P3E-5J1 "])
def test_a_postal_code_matches_however_it_is_written(file, stated):
    assert compare(file, postal_code=stated) == {"postal_code": "matches"}


def test_letters_that_are_their_own_are_compared_as_people_type_them():
    assert words("Łukasz Œuvrard") == words("lukasz oeuvrard")
    assert words("Zoë D’Amour-O’Neil") == words("ZOE damour oneil")
    assert words("Straße") == words("STRASSE")
    assert digits("+33 1 23 45 67 89") == "33123456789"
    assert letters_and_digits("sw1a 2aa") == "SW1A2AA"


def test_what_is_not_on_file_is_told_as_such_also_for_somebody_without_an_application(file):
    stated = {"legal_name": "Amélie Tremblay", "date_of_birth": BORN, "phone": "416 555-0123", "postal_code": "P3E 5J1"}
    assert compare(file, account_id=new_id(), **stated) == dict.fromkeys(stated, "not_on_file")
    file.change("personal_information", phone="", date_of_birth="")
    assert compare(file, phone="416 555-0123", date_of_birth=BORN) == {"phone": "not_on_file", "date_of_birth": "not_on_file"}


def test_the_trail_shows_who_compared_what_with_which_result_and_never_a_fact(file):
    compare(file, legal_name="Amélie Roy", phone="416 555-0123")
    with file.system.session("applications") as session:
        (entry,) = session.execute(select(audit).where(audit.c.action == "facts:compare")).mappings()
    assert (entry["actor"], entry["subject"]) == (f"account/{file.support.account_id}", f"account/{file.account_id}")
    checks = [{"fact": "legal_name", "result": "differs"}, {"fact": "phone", "result": "matches"}]
    assert entry["after"] == {"checks": checks}


def test_facts_are_compared_by_the_support_only(file):
    for caller in (file.caller, file.system.caller("billing_officer")):
        with pytest.raises(Forbidden):
            compare(file, caller=caller, phone="416 555-0123")
    with pytest.raises(Unauthenticated):
        compare(file, caller=file.system.anonymous, phone="416 555-0123")
