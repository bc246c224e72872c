"""Accounts, requests for a way back in, programs, people of an earlier system and legal holds, from the command line."""

from datetime import date

import pytest
from sqlalchemy import update

from services.common.kernel.ids import new_id
from services.contracts import identity
from services.contracts.identity.administration import MOST_AT_ONCE
from services.contracts.roles import REGISTER_READ
from services.identity.models import AccessRequest
from staff.terminal.client import system_of
from staff.terminal.session import Session
from tests.support.actors.applications_journey import PAGES, Applicant
from tests.support.actors.identity_people import EMAIL, account, add_person, trail
from tests.support.actors.staff_terminal import Terminal

NEW = "ana@personal.example"
FACTS = {"legal_name": "Amélie Tremblay-Ōta", "date_of_birth": date(1990, 2, 28), "phone": "416 555-9999"}


@pytest.fixture
def office(system):
    """Identity at work, with one applicant."""
    system.start("identity")
    system.ana = add_person(system, application_id="A-0000007-G")
    return system


def at_terminal(system, role, account_id=None, language="en"):
    """A member of staff at a terminal; each has a session file of their own."""
    terminal = Terminal(system)
    terminal.store.path = terminal.file = system.folder / f"{role}-{new_id()}" / "session.json"
    terminal.environment["STAFF_SESSION"] = str(terminal.file)
    token = system.caller(role, account_id=account_id, language=language).token
    told = {"id": "-", "email": "-", "application_id": None, "language": language, "roles": [role]}
    terminal.store.save(Session(system_of(system.amqp_uri), token, "worth nothing", 2**40, told))
    return terminal


def ask(system, kind="lost_email", **stated):
    """Somebody asks for a way back in; gives the reference."""
    about = {"kind": kind, "contact_email": NEW, "language": "fr", "stated": FACTS | stated}
    return system.call(identity.support.RequestAccess, system.anonymous, message="Perdu.", **about)["reference"]


# ---- requests for a way back in ------------------------------------------------------------------------------------------


def test_a_request_is_seen_compared_proposed_and_confirmed_by_two_people(office):
    office.start("applications")
    ana = Applicant(office, ready=False)
    ana.account_id, ana.caller = office.ana, office.caller("applicant", account_id=office.ana)
    ana.open()
    ana.save("personal_information", **PAGES["personal_information"])
    reference = ask(office)
    with office.session("identity") as session:  # as one was kept before typed text was cleaned
        session.execute(update(AccessRequest).values(message="Perdu\x1b[2J."))
        session.commit()
    one, other = at_terminal(office, "support"), at_terminal(office, "registrar")
    page = one.done("access-requests", "list", "--state", "open")
    assert reference in page and "Lost email address" in page
    shown = one.done("access-requests", "show", reference.lower().replace("-", ""))
    assert "Amélie Tremblay-Ōta" in shown and NEW in shown
    assert "\x1b" not in shown
    compared = one.data("access-requests", "compare", reference, "--account", office.ana)["checks"]
    results = {check["fact"]: check["result"] for check in compared}
    assert results == {"legal_name": "matches", "date_of_birth": "matches", "phone": "differs"}
    assert "legal_name=matches" in one.done("access-requests", "compare", reference, "--account", office.ana)
    approve = (
        "access-requests",
        "approve",
        reference,
        "--account",
        office.ana,
        "--check",
        "legal_name=matches",
        "--note",
        "Called.",
    )
    question = one.refused(*approve, code="not_confirmed", given="n\n")
    assert f"{reference}, lost email address: let {NEW} into the account {office.ana}?" in question
    assert "A colleague must confirm this" in one.done(*approve, given="y\n")
    confirm = ("access-requests", "confirm", reference, "--note", "Compared it too.", "--yes")
    one.refused(*confirm, code="second_person_needed")
    assert account(office, office.ana).email == EMAIL
    assert other.data(*confirm)["state"] == "approved"
    assert account(office, office.ana).email == NEW
    one.refused(*approve, "--yes", code="wrong_state")


def test_a_proposal_is_rejected_and_a_request_refused(office):
    reference, one, other = ask(office, "lost_second_factor"), at_terminal(office, "support"), at_terminal(office, "registrar")
    about = ("--account", office.ana, "--check", "call_back=matches", "--note", "Called.", "--yes")
    assert one.data("access-requests", "approve", reference, *about)["state"] == "proposed"
    assert "Ouverte" in other.done("access-requests", "reject", reference, "--note", "Who?", "--language", "fr")
    refuse = ("access-requests", "refuse", reference, "--check", "phone=differs", "--note", "Not her.")
    assert f"Refuser {reference}, deuxième étape perdue" in one.refused(
        *refuse, "--language", "fr", code="not_confirmed", given=""
    )
    refused = one.data(*refuse, "--yes")
    assert (refused["state"], refused["checks"]) == ("refused", [{"fact": "phone", "result": "differs"}])
    assert "No request waits here." in one.done("access-requests", "list", "--state", "open")


def test_a_check_that_is_no_fact_or_no_result_is_wrong_usage_and_nothing_is_done(office):
    reference, one = ask(office), at_terminal(office, "support")
    for check in ("legal_name", "shoe_size=matches", "phone=perhaps"):
        given = ("--account", office.ana, "--check", check, "--note", "x", "--yes")
        result = one.run("access-requests", "approve", reference, *given)
        assert result.exit_code == 2
        assert "--check is written FACT=RESULT" in result.stderr
    assert trail(office, "access-request:propose") == []


def test_a_reference_is_found_on_a_later_page_and_a_wrong_one_not(office, monkeypatch):
    monkeypatch.setattr("staff.commands.access_requests._LARGEST", 1)
    one = at_terminal(office, "support")
    references = [ask(office) for _ in range(3)]
    assert one.data("access-requests", "show", references[2])["reference"] == references[2]
    one.refused("access-requests", "show", "HELP-999999-X", code="not_found")
    at_terminal(office, "billing_officer").refused("access-requests", "list", code="forbidden")


# ---- accounts and members ------------------------------------------------------------------------------------------------


def test_an_account_is_found_suspended_and_reinstated(office):
    boss = at_terminal(office, "administrator")
    found = boss.done("accounts", "find", "ANA.")
    assert str(office.ana) in found and "A-0000007-G" in found
    assert "No account fits." in boss.done("accounts", "find", "nobody@")
    boss.refused("accounts", "find", "an", code="invalid")
    suspend = ("accounts", "suspend", office.ana, "--note", "stolen")
    assert f"Suspend the account {office.ana}?" in boss.refused(*suspend, code="not_confirmed", given="no\n")
    assert boss.data(*suspend, "--yes")["suspended_at"]
    boss.refused(*suspend, "--yes", code="wrong_state")
    assert boss.data("accounts", "reinstate", office.ana, "--note", "found")["suspended_at"] is None
    at_terminal(office, "support").refused(*suspend, "--yes", code="forbidden")


def test_a_colleague_is_invited_and_given_other_roles(office):
    boss = at_terminal(office, "administrator")
    invited = boss.data("members", "invite", "bea@college.example", "--role", "support", "--role", "registrar", "--speaks", "fr")
    assert (invited["language"], sorted(invited["roles"])) == ("fr", ["registrar", "support"])
    boss.refused("members", "invite", "bea@college.example", "--role", "support", code="address_taken")
    page = boss.done("members", "list", "--language", "fr")
    assert "bea@college.example" in page and "Registraire" in page
    assert boss.data("members", "set-roles", invited["id"], "--role", "qa_officer")["roles"] == ["qa_officer"]
    for given in ((), ("--role", "support", "--no-role")):
        assert boss.run("members", "set-roles", invited["id"], *given).exit_code == 2
    assert boss.data("members", "set-roles", invited["id"], "--no-role")["roles"] == []


def test_nobody_changes_their_own_roles(office):
    boss_id = add_person(office, "boss@college.example", "administrator")
    boss = at_terminal(office, "administrator", boss_id)
    boss.refused("members", "set-roles", boss_id, "--role", "registrar", code="own_account")


# ---- programs ------------------------------------------------------------------------------------------------------------


def test_a_programs_secret_is_shown_once_and_it_is_renewed_and_revoked(office):
    boss = at_terminal(office, "administrator")
    assert "No program is registered." in boss.done("programs", "list")
    made = boss.data("programs", "register", "Sunnybrook", "--scope", REGISTER_READ)
    page = boss.done("programs", "renew-secret", made["id"])
    assert made["client_id"] in page and "The secret is not shown again" in page
    listed = boss.done("programs", "list")
    assert "Sunnybrook" in listed and made["client_secret"] not in listed
    revoke = ("programs", "revoke", made["id"], "--note", "over")
    boss.refused(*revoke, code="not_confirmed", given="n\n")
    assert boss.data(*revoke, "--yes")["revoked_at"]
    boss.refused("programs", "renew-secret", made["id"], code="wrong_state")
    assert boss.run("programs", "register", "Another", "--scope", "everything").exit_code == 2
    at_terminal(office, "registrar").refused("programs", "list", code="forbidden")


# ---- legal holds ---------------------------------------------------------------------------------------------------------


def test_a_hold_is_placed_listed_and_lifted(office):
    registrar = at_terminal(office, "registrar")
    assert "There is no legal hold." in registrar.done("legal-holds", "list")
    hold = registrar.data("legal-holds", "place", office.ana, "--reason", "Smith v. College")
    assert "Smith v. College" in registrar.done("legal-holds", "list", "--account", office.ana)
    assert registrar.data("legal-holds", "list", "--account", new_id())["holds"] == []
    lift = ("legal-holds", "lift", hold["id"], "--reason", "settled")
    assert "Lever la suspension" in registrar.refused(*lift, "--language", "fr", code="not_confirmed", given="non\n")
    assert registrar.data(*lift, "--yes")["lifted_at"]
    registrar.refused(*lift, "--yes", code="wrong_state")
    at_terminal(office, "support").refused("legal-holds", "list", code="forbidden")


# ---- people of an earlier system -----------------------------------------------------------------------------------------


def test_a_file_of_people_is_taken_over_and_can_be_sent_again(office, tmp_path):
    boss, file = at_terminal(office, "administrator"), tmp_path / "people.csv"
    file.write_text(
        f"email,language,registrant,application_id\nzoe@example.org,fr,oui,OLD-1\n{EMAIL},,,\nmax@example.org,,no,\n",
        encoding="utf-8-sig",
    )
    page = boss.done("migrated", "import", file)
    assert "Taken over: 2. Here already: 0. Refused: 1." in page
    assert "The address has an account" in page
    again = boss.data("migrated", "import", file)
    assert (again["imported"], again["known"], [one["email"] for one in again["refused"]]) == (0, 2, [EMAIL])
    (zoe,) = boss.data("accounts", "find", "zoe@")["accounts"]
    assert (zoe["application_id"], zoe["language"], zoe["roles"], zoe["migrated"]) == ("OLD-1", "fr", ["registrant"], True)


def test_a_long_file_goes_in_parts(office, tmp_path):
    boss, file = at_terminal(office, "administrator"), tmp_path / "people.csv"
    file.write_text("email\n" + "".join(f"person{number}@example.org\n" for number in range(MOST_AT_ONCE + 7)))
    assert boss.data("migrated", "import", file)["imported"] == MOST_AT_ONCE + 7


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"email,language\nzoe@example.org,fr\nno address,fr\n", "Line 3 is not right (email)."),
        (b"email,language\nzoe@example.org,de\n", "Line 2 is not right (language)."),
        (b"email,registrant\nzoe@example.org,perhaps\n", "Line 2 is not right (registrant)."),
        (b"email\nzoe@example.org,fr\n", "Line 2 is not right"),
        (b"email,phone\nzoe@example.org,1\n", "The first line names these columns: email"),
        (b"zoe@example.org\n", "The first line names these columns: email"),
        (b"email\nzo\xeb@example.org\n", "is not a CSV file in UTF-8."),
        (b"email\n", "names nobody."),
        (b"", "The first line names these columns: email"),
    ],
)
def test_nothing_is_sent_of_a_file_that_is_not_as_it_must_be(office, tmp_path, content, words):
    boss, file = at_terminal(office, "administrator"), tmp_path / "people.csv"
    file.write_bytes(content)
    result = boss.run("migrated", "import", file)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert boss.data("migrated", "progress")["migrated"] == 0


def test_invitations_are_asked_for_and_their_progress_is_shown(office, tmp_path):
    boss, file = at_terminal(office, "administrator"), tmp_path / "people.csv"
    file.write_text("email\nzoe@example.org\nmax@example.org\n")
    boss.done("migrated", "import", file)
    assert (
        boss.run("migrated", "invite").exit_code == boss.run("migrated", "invite", "--all", "--account", new_id()).exit_code == 2
    )
    question = boss.refused("migrated", "invite", "--all", "--language", "fr", code="not_confirmed", given="n\n")
    assert "Inviter 2 personnes par courriel?" in question
    boss.done("migrated", "invite", "--all", "--yes")
    office.announced(identity.events.AccountInvited, count=2)
    assert boss.data("migrated", "progress")["invited"] == 2
    assert "not invited yet" in boss.done("migrated", "progress")
    boss.refused("migrated", "invite", "--account", office.ana, code="wrong_state")
