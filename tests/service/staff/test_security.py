"""A second factor at the terminal, being asked once more before a sensitive command, and one's sessions."""

import json
import time
from dataclasses import replace

import pyotp
import pytest
from eventlet.green import subprocess

from services.contracts import identity as contracts
from tests.support.actors.identity_factors import App, enrol_app, enrol_passkey, forget_steps, long_ago
from tests.support.actors.identity_people import add_person, caller_of, sign_in
from tests.support.actors.staff_terminal import Terminal
from tests.support.waiting import PATIENCE_S

EMAIL = "registrar@college.example"


@pytest.fixture
def terminal(system):
    """A terminal beside a running identity service, and a registrar's account without a second factor."""
    system.start("identity")
    terminal = Terminal(system)
    terminal.password = terminal.open_account(EMAIL, "registrar")
    return terminal


@pytest.fixture
def app(terminal):
    """The registrar's authenticator app."""
    app, added = enrol_app(terminal.system, sign_in(terminal.system, EMAIL, terminal.password))
    app.recovery_codes = added["recovery_codes"]
    return app


def roles(terminal):
    """What the stored token lets the person do."""
    return caller_of(terminal.system, {"access_token": terminal.store.load().access_token}).roles


def signed_in(terminal, app):
    terminal.done("sign-in", EMAIL, "--password-stdin", given=f"{terminal.password}\n{app.code()}\n")
    forget_steps(terminal.system)


def long_since(terminal):
    """As if the person had signed in a while ago, and got the last token just now."""
    long_ago(terminal.system)
    terminal.store.save(replace(terminal.store.load(), expires_at=time.time()))


def test_staff_without_a_second_factor_are_told_and_get_their_roles_by_enrolling(terminal):
    told = terminal.run("sign-in", EMAIL, "--password-stdin", given=f"{terminal.password}\n")
    assert "run second-factor enrol" in told.stderr
    assert roles(terminal) == set()
    enrolling = terminal.process("second-factor", "enrol", "--json", stdin=subprocess.PIPE)
    shown = ""
    while "otpauth://" not in shown:
        shown = enrolling.stderr.readline()
        assert shown, enrolling.communicate()
    app = App(pyotp.parse_uri(shown.strip()).secret)
    printed, told = enrolling.communicate(f"{app.code()}\n", timeout=PATIENCE_S)
    assert enrolling.returncode == 0, told
    added = json.loads(printed)
    assert added["factor"]["kind"] == "totp"
    assert len(added["recovery_codes"]) == 10
    assert roles(terminal) == {"registrar"}
    assert "Authenticator app" in terminal.done("second-factor", "list")
    forget_steps(terminal.system)
    signed_in(terminal, app)


def test_a_sign_in_asks_for_the_code_and_keeps_no_session_for_a_wrong_one(terminal, app):
    terminal.refused("sign-in", EMAIL, "--password-stdin", given=f"{terminal.password}\n", code="not_confirmed")
    terminal.refused("sign-in", EMAIL, "--password-stdin", given=f"{terminal.password}\n12345\n", code="proof_refused")
    assert not terminal.file.exists()
    code = app.code()
    told = terminal.run("sign-in", EMAIL, given=f"{terminal.password}\n{code[:3]} {code[3:]}\n")
    assert told.exit_code == 0, told.output
    assert "run second-factor enrol" not in told.stderr
    assert roles(terminal) == {"registrar"}


@pytest.mark.parametrize("written", [str, lambda code: code.replace("-", " ").lower()])
def test_a_recovery_code_will_do_instead(terminal, app, written):
    given = f"{terminal.password}\n{written(app.recovery_codes[0])}\n"
    terminal.done("sign-in", EMAIL, "--password-stdin", given=given)
    assert terminal.data("second-factor", "list")["recovery_codes_left"] == 9


def test_whoever_has_only_a_passkey_is_told_to_use_a_browser(terminal):
    system = terminal.system
    tokens = sign_in(system, EMAIL, terminal.password)
    _, added = enrol_passkey(system, tokens)
    assert "browser" not in terminal.run("sign-in", EMAIL, "--password-stdin", given=f"{terminal.password}\n").stderr
    for code in added["recovery_codes"]:
        terminal.done("sign-in", EMAIL, "--password-stdin", given=f"{terminal.password}\n{code}\n")
    words = terminal.refused("sign-in", EMAIL, "--password-stdin", given=f"{terminal.password}\n", code="not_confirmed")
    assert "which needs a browser" in words


def test_a_sensitive_command_asks_once_more_who_one_is_and_then_does_it(terminal, app):
    signed_in(terminal, app)
    enrol_passkey(terminal.system, {"access_token": terminal.store.load().access_token})
    passkey = next(one["id"] for one in terminal.data("second-factor", "list")["factors"] if one["kind"] == "passkey")
    long_since(terminal)
    removing = ("second-factor", "remove", passkey)
    assert "fifteen" not in terminal.done("whoami")  # what is not sensitive asks nothing
    assert "once more" in terminal.refused(*removing, given="", code="step_up_required")
    terminal.refused(*removing, given="12345\n", code="proof_refused")
    terminal.done(*removing, given=f"{app.code()}\n")
    assert [one["kind"] for one in terminal.data("second-factor", "list")["factors"]] == ["totp"]
    app_id = terminal.data("second-factor", "list")["factors"][0]["id"]
    terminal.refused("second-factor", "remove", app_id, code="last_factor")  # and it does not ask again


def test_one_sees_ones_sessions_and_ends_them(terminal, app):
    system = terminal.system
    signed_in(terminal, app)
    elsewhere = system.call(contracts.sessions.SignIn, system.anonymous, login=EMAIL, password=terminal.password)
    forget_steps(system)
    proof = {"challenge": elsewhere["second_factor"]["challenge"], "code": app.code()}
    other = system.call(contracts.sessions.CompleteSignIn, system.anonymous, **proof)
    listed = terminal.data("sessions", "list")["sessions"]
    assert [one["current"] for one in listed] == [True, False, False]  # the third is the one in which the app was added
    other_id = str(caller_of(system, other).session_id)
    assert other_id in terminal.done("sessions", "list")
    terminal.done("sessions", "end", other_id)
    with pytest.raises(contracts.errors.SessionEnded):
        system.call(contracts.sessions.RefreshSession, system.anonymous, refresh_token=other["refresh_token"])
    assert terminal.data("sessions", "end") == {"ended": 1}
    assert len(terminal.data("sessions", "list")["sessions"]) == 1


def test_the_sessions_of_somebody_else_stay(terminal, app):
    signed_in(terminal, app)
    add_person(terminal.system)
    theirs = caller_of(terminal.system, sign_in(terminal.system)).session_id
    terminal.refused("sessions", "end", theirs, code="not_found")
