"""No password and no token is where somebody could read it: not in a table, an event, the audit trail or a log."""

import logging

import pytest
from sqlalchemy import inspect, text

from services.common.security.encryption import SealedBox
from services.contracts import identity as contracts

PASSWORD = "les érables rougissent en octobre"
WRONG = "les tulipes fleurissent en mai"
WEAK = "motdepasse123"
EMAIL = "ana.tremblay@example.org"


def journey(system):
    """Does everything that a secret takes part in; gives the secrets."""
    nobody = system.anonymous
    with pytest.raises(contracts.errors.PasswordTooWeak):
        system.call(contracts.accounts.OpenAccount, nobody, email=EMAIL, password=WEAK)
    for key in ("first", "first", "second"):
        system.call(contracts.accounts.OpenAccount, nobody, _key=key, email=EMAIL, password=PASSWORD)
    system.call(contracts.accounts.ResendActivation, nobody, email=EMAIL)
    opened = system.announced(contracts.events.AccountOpened) + system.announced(contracts.events.ActivationLinkRenewed, count=2)
    box = SealedBox(system.keys.sealing_key)
    links = [box.open(event.data["sealed_link"]).partition("token=")[2] for event in opened]
    for token in (*links, links[-1]):
        try:
            system.call(contracts.accounts.ActivateAccount, nobody, token=token)
        except contracts.errors.LinkNotValid:
            continue
    for login in (EMAIL, "nobody@example.org", WRONG):
        with pytest.raises(contracts.errors.SignInRefused):
            system.call(contracts.sessions.SignIn, nobody, login=login, password=WRONG)
    first = system.call(contracts.sessions.SignIn, nobody, login=EMAIL, password=PASSWORD)
    second = system.call(contracts.sessions.RefreshSession, nobody, refresh_token=first["refresh_token"])
    system.call(contracts.sessions.SignOut, system.keys.verifier.caller(second["access_token"], None, None, None))
    with pytest.raises(contracts.errors.SessionEnded):
        system.call(contracts.sessions.RefreshSession, nobody, refresh_token=second["refresh_token"])
    tokens = [each[name] for each in (first, second) for name in ("refresh_token", "access_token")]
    return [PASSWORD, WRONG, WEAK, *links, *tokens]


def rows_of(session):
    """Every row of every table of the service, as text."""
    names = inspect(session.connection()).get_table_names()
    assert {"accounts", "outbox", "audit", "idempotency", "refresh_tokens"} <= set(names)
    return [(name, row) for name in names for row in session.scalars(text(f'SELECT t::text FROM "{name}" t'))]  # noqa: S608


def test_no_password_and_no_token_can_be_read_anywhere(system, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    system.start("identity")
    secrets = journey(system)
    system.settle()
    printed = capfd.readouterr()
    with system.session("identity") as session:
        rows = rows_of(session)
    assert any(name == "refresh_tokens" for name, _ in rows)
    places = [*rows, ("log", caplog.text), ("output", printed.out + printed.err), ("events", repr(system.heard))]
    assert "AccountOpened" in printed.out
    assert "sign_in_refused" in caplog.text
    for secret in secrets:
        for form in (secret, secret.encode().hex(), secret.encode("unicode_escape").decode()):
            assert [name for name, content in places if form in content] == []
