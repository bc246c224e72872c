"""The operator's command for staff accounts."""

import subprocess
import sys

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import identity as contracts
from services.identity.models import Account, Factor, RecoveryCode
from services.identity.staff_accounts import main
from tests.support.actors.identity_people import NEW_PASSWORD, add_person, choose, count, token_in, trail
from tests.support.waiting import PATIENCE_S

EMAIL = "Officer@college.example"
PASSWORD = "the lake is frozen until April"


@pytest.fixture
def identity(system):
    system.start("identity")
    return system


def run(system, *arguments, given=None):
    environment = {"DATABASE_URL": system.service_url("identity")}
    return CliRunner().invoke(main, list(arguments), input=given, env=environment)


def sign_in(system, password):
    return system.call(contracts.sessions.SignIn, system.anonymous, login=EMAIL, password=password)


def roles_of(tokens):
    """The roles that the account holds; until a second factor was added, none of a staff's counts (B10)."""
    assert tokens["enrolment_needed"]
    return set(tokens["account"]["roles"])


def accounts(system):
    with system.session("identity") as session:
        return session.scalar(select(func.count()).select_from(Account))


def test_a_staff_account_can_sign_in_at_once_with_the_password_that_was_printed(identity):
    result = run(identity, "add", EMAIL, "--role", "registration_officer", "--role", "support", "--language", "fr")
    assert result.exit_code == 0, result.output
    password = result.output.rpartition(": ")[2].strip()
    tokens = sign_in(identity, password)
    assert roles_of(tokens) == {"registration_officer", "support"}
    caller = identity.keys.verifier.caller(tokens["access_token"], None, None, None)
    assert caller.roles == frozenset()
    assert caller.language == "fr"
    me = identity.call(contracts.accounts.GetMe, caller)
    assert (me["email"], me["application_id"]) == (EMAIL, None)
    (told,) = identity.announced(contracts.events.ContactChanged)
    assert told.data == {"account_id": str(caller.account_id), "email": EMAIL, "language": "fr"}
    with identity.session("identity") as session:
        entries = session.execute(select(audit.c.actor, audit.c.action).order_by(audit.c.position).limit(3)).all()
    assert [entry.action for entry in entries] == ["account:open", "role:grant", "role:grant"]
    assert all(entry.actor.startswith("operator/") for entry in entries)


def test_a_password_that_was_given_is_used_and_not_printed(identity):
    result = run(identity, "add", EMAIL, "--role", "registrar", "--password-from-stdin", given=PASSWORD + "\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert roles_of(sign_in(identity, PASSWORD)) == {"registrar"}


def test_a_staff_account_asked_for_its_activation_mail_gets_none(identity):
    run(identity, "add", EMAIL, "--role", "registrar")
    identity.call(contracts.accounts.ResendActivation, identity.anonymous, email=EMAIL)
    identity.settle()
    with pytest.raises(AssertionError):
        identity.announced(contracts.events.ActivationLinkRenewed, within_s=0)


@pytest.mark.parametrize(
    ("arguments", "given", "words"),
    [
        (["add", EMAIL, "--role", "emperor"], None, "'emperor' is not one of"),
        (["add", EMAIL, "--role", "applicant"], None, "'applicant' is not one of"),
        (["add", EMAIL], None, "Missing option '--role'"),
        (["add", "no-address", "--role", "registrar"], None, "is not an e-mail address"),
        (["add", EMAIL, "--role", "registrar", "--password-from-stdin"], "short\n", "at least 12 characters"),
    ],
)
def test_what_cannot_be_is_refused_with_words_and_makes_no_account(identity, arguments, given, words):
    result = run(identity, *arguments, given=given)
    assert result.exit_code != 0
    assert words in result.output
    assert accounts(identity) == 0


def test_an_address_that_has_an_account_is_refused_and_keeps_its_roles(identity):
    run(identity, "add", EMAIL, "--role", "support", "--password-from-stdin", given=PASSWORD)
    result = run(identity, "add", EMAIL.lower(), "--role", "registrar")
    assert result.exit_code == 1
    assert "has an account already" in result.output
    assert roles_of(sign_in(identity, PASSWORD)) == {"support"}


def test_the_list_shows_staff_and_no_applicants(identity):
    identity.call(contracts.accounts.OpenAccount, identity.anonymous, email="ana@example.org", password=PASSWORD)
    run(identity, "add", EMAIL, "--role", "support", "--role", "registrar")
    identity.settle()
    assert run(identity, "list").output == f"{EMAIL}\ten\tregistrar, support\n"


# ---- the only administrator ----------------------------------------------------------------------------------------------


def let_back_in(system, email, answer="y\n", **environment):
    told = {**system.settings("identity").environment, "DATABASE_URL": system.service_url("identity"), **environment}
    return CliRunner().invoke(main, ["let-back-in", email], input=answer, env=told)


def test_an_administrator_who_lost_factor_and_codes_comes_in_by_a_new_password_and_is_told(identity):
    chief = add_person(identity, EMAIL, "administrator", password=PASSWORD)
    tokens = sign_in(identity, PASSWORD)
    with identity.session("identity") as session:
        app = {"kind": "totp", "name": "phone", "added_at": clock.now(), "sealed_secret": "sealed"}
        session.add(Factor(id=new_id(), account_id=chief, **app))
        session.add(RecoveryCode(account_id=chief, code_digest=b"d" * 32))
    result = let_back_in(identity, EMAIL)
    assert result.exit_code == 0, result.output
    with pytest.raises(contracts.errors.SessionEnded):
        identity.call(contracts.sessions.RefreshSession, identity.anonymous, refresh_token=tokens["refresh_token"])
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity, PASSWORD)
    (changed,) = identity.announced(contracts.events.SecondFactorChanged)  # which correspondence mails
    assert changed.data == {"account_id": str(chief), "change": "all_removed", "kind": None}
    (reset,) = identity.announced(contracts.events.PasswordResetRequested)
    assert reset.data["email"] == EMAIL
    choose(identity, token_in(identity, reset, "reset-password"))
    assert roles_of(sign_in(identity, NEW_PASSWORD)) == {"administrator"}
    entries = trail(identity, "account:let-back-in") + trail(identity, "second-factor:remove-all")
    assert [entry.subject for entry in entries] == [f"account/{chief}"] * 2
    assert all(entry.actor.startswith("operator/") for entry in entries)


@pytest.mark.parametrize(
    ("email", "answer", "more", "words"),
    [
        (EMAIL, "n\n", {}, "Aborted"),
        ("ana@example.org", "y\n", {}, "no account with a role of the staff"),
        ("max@college.example", "y\n", {}, "is suspended"),
        (EMAIL, "y\n", {"FACTORS_KEY": ""}, "FACTORS_KEY"),
    ],
)
def test_nobody_is_let_back_in_without_a_yes_and_an_account_of_the_staff(identity, email, answer, more, words):
    add_person(identity, EMAIL, "administrator", password=PASSWORD)
    add_person(identity, "ana@example.org")
    add_person(identity, "max@college.example", "registrar", suspended_at=clock.now())
    result = let_back_in(identity, email, answer, **more)
    assert result.exit_code != 0
    assert words in result.output
    assert count(identity, contracts.events.PasswordResetRequested) == 0
    sign_in(identity, PASSWORD)


def test_without_a_database_the_command_says_what_to_set():
    result = CliRunner().invoke(main, ["list"], env={"DATABASE_URL": ""})
    assert result.exit_code == 2
    assert "DATABASE_URL" in result.output


def test_the_command_runs_as_a_process_of_its_own(identity):
    command = [sys.executable, "-m", "services.identity.staff_accounts", "add", EMAIL, "--role", "support"]
    environment = {"DATABASE_URL": identity.service_url("identity"), "PATH": "/usr/bin:/bin"}
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert result.returncode == 0, result.stderr
    assert roles_of(sign_in(identity, result.stdout.rpartition(": ")[2].strip())) == {"support"}
