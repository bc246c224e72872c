"""The staff tools' sign-in: with the real identity service over the real broker."""

import stat
import time
from dataclasses import replace

import pytest

from services.contracts.identity.errors import SessionEnded
from services.contracts.identity.sessions import RefreshSession
from tests.support.actors.staff_terminal import Terminal
from tests.support.waiting import PATIENCE_S

EMAIL = "registrar@college.example"


@pytest.fixture
def terminal(system):
    system.start("identity")
    return Terminal(system)


@pytest.fixture
def signed_in(terminal):
    password = terminal.open_account(EMAIL, "registrar")
    terminal.done("sign-in", EMAIL, "--password-stdin", given=f"{password}\n")
    return terminal


def test_a_sign_in_keeps_its_tokens_in_a_file_that_only_the_person_can_read(terminal):
    password = terminal.open_account(EMAIL, "registrar")
    assert EMAIL in terminal.done("sign-in", EMAIL, "--password-stdin", given=f"{password}\n")
    assert stat.S_IMODE(terminal.file.stat().st_mode) == 0o600
    assert password not in terminal.file.read_text()
    assert "Registrar" in terminal.done("whoami")
    assert terminal.data("whoami")["email"] == EMAIL


def test_a_password_that_is_asked_for_is_not_shown(terminal):
    password = terminal.open_account(EMAIL, "registrar")
    result = terminal.run("sign-in", EMAIL, given=f"{password}\n")
    assert result.exit_code == 0, result.output
    assert password not in result.output


def test_a_wrong_password_is_refused_and_leaves_no_session(terminal):
    terminal.open_account(EMAIL, "registrar")
    words = terminal.refused("sign-in", EMAIL, "--password-stdin", given="not the password\n", code="sign_in_refused")
    assert "Check your application ID" in words
    assert not terminal.file.exists()


def test_an_empty_standard_input_is_no_password(terminal):
    assert terminal.run("sign-in", EMAIL, "--password-stdin", given="").exit_code == 2


def test_signing_out_ends_the_session_at_the_system_too(signed_in):
    refresh_token = signed_in.store.load().refresh_token
    signed_in.done("sign-out")
    assert not signed_in.file.exists()
    with pytest.raises(SessionEnded):
        signed_in.system.call(RefreshSession, signed_in.system.anonymous, refresh_token=refresh_token)
    assert signed_in.data("sign-out") == {"was_signed_in": False}


def test_signing_out_of_a_session_that_ended_elsewhere_succeeds(signed_in):
    session = signed_in.store.load()
    signed_in.done("sign-out")
    signed_in.store.save(replace(session, access_token="worn out"))
    signed_in.done("sign-out")
    assert not signed_in.file.exists()


def test_an_access_token_about_to_run_out_is_renewed_before_the_call(signed_in):
    before = replace(signed_in.store.load(), expires_at=time.time() + 5)
    signed_in.store.save(before)
    signed_in.done("whoami")
    after = signed_in.store.load()
    assert after.refresh_token != before.refresh_token
    assert after.expires_at > time.time() + 60
    assert stat.S_IMODE(signed_in.file.stat().st_mode) == 0o600


def test_an_access_token_that_is_turned_away_is_renewed_once(signed_in):
    before = replace(signed_in.store.load(), access_token="not one of ours")
    signed_in.store.save(before)
    signed_in.done("whoami")
    assert signed_in.store.load().refresh_token != before.refresh_token


def test_several_commands_at_once_trade_the_refresh_token_once_and_stay_signed_in(signed_in):
    before = replace(signed_in.store.load(), expires_at=time.time())
    signed_in.store.save(before)
    runs = [signed_in.process("whoami") for _ in range(3)]
    endings = [(run.communicate(timeout=PATIENCE_S), run.returncode) for run in runs]
    assert [code for _, code in endings] == [0, 0, 0], endings
    with signed_in.system.session("identity") as session:
        generations = session.connection().exec_driver_sql("SELECT max(generation) FROM sessions").scalar_one()
    assert generations == 2
    signed_in.done("whoami")


def test_a_session_that_ended_elsewhere_is_forgotten_with_a_way_back(signed_in):
    session = signed_in.store.load()
    signed_in.done("sign-out")
    signed_in.store.save(replace(session, expires_at=time.time()))
    assert "sign-in LOGIN" in signed_in.refused("whoami", code="session_ended")
    assert not signed_in.file.exists()


def test_nobody_is_signed_in_until_they_sign_in(terminal):
    assert "sign-in LOGIN" in terminal.refused("whoami", code="unauthenticated")


def test_the_tokens_of_one_college_are_not_sent_to_another(signed_in):
    signed_in.store.save(replace(signed_in.store.load(), system="elsewhere.example:5672/other"))
    signed_in.refused("whoami", code="unauthenticated")


def test_a_session_file_that_others_can_read_is_not_used(signed_in):
    signed_in.file.chmod(0o640)
    assert str(signed_in.file) in signed_in.refused("whoami", code="session_not_private")


def test_words_are_in_the_language_of_the_account_unless_another_is_asked_for(terminal):
    password = terminal.open_account(EMAIL, "registration_officer", language="fr")
    terminal.done("sign-in", EMAIL, "--password-stdin", given=f"{password}\n")
    assert "Courriel" in terminal.done("whoami")
    assert "Agent ou agente d’inscription" in terminal.done("whoami")
    assert "E-mail" in terminal.done("whoami", "--language", "en")
