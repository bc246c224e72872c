"""Second factors as people use them, for the tests of identity: an app whose codes can be asked for, a passkey, signing in with either."""

import time
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import update

from services.common.kernel.caller import Caller
from services.contracts import identity as contracts
from services.identity.models import Factor, SignInSession
from tests.support.actors.authenticator import Authenticator
from tests.support.actors.identity_people import (
    EMAIL,
    PASSWORD,
    caller_of,
    sign_in,
)

STAFF = "registrar@college.example"


class App:
    """An authenticator app."""

    def __init__(self, secret):
        self.totp = pyotp.TOTP(secret)

    def code(self, offset=0):
        """The code of now, or of so many steps later."""
        return self.totp.at(time.time() + offset * 30)


def enrol_app(system, tokens, name=""):
    """Adds an authenticator app in the session of these tokens; gives the app and what was answered."""
    begun = system.call(contracts.factors.BeginTotp, caller_of(system, tokens))
    app = App(begun["secret"])
    added = system.call(
        contracts.factors.ConfirmTotp, caller_of(system, tokens), challenge=begun["challenge"], code=app.code(), name=name
    )
    forget_steps(system)
    return app, added


def forget_steps(system):
    """As if the apps' last codes had been used long ago, so that a test need not wait for the next code."""
    with system.session("identity") as session:
        session.execute(update(Factor).values(last_step=None))


def enrol_passkey(system, tokens, device=None, name=""):
    """Adds a passkey in the session of these tokens; gives the device and what was answered."""
    device = device or Authenticator()
    begun = system.call(contracts.factors.BeginPasskey, caller_of(system, tokens))
    answer = device.create(begun["passkey"])
    added = system.call(
        contracts.factors.ConfirmPasskey, caller_of(system, tokens), challenge=begun["challenge"], passkey=answer, name=name
    )
    return device, added


def asked(system, login=EMAIL, password=PASSWORD):
    """Signs in with the password as far as the second factor, and gives what is asked for."""
    outcome = sign_in(system, login, password)
    assert outcome["access_token"] is outcome["refresh_token"] is outcome["account"] is None
    return outcome["second_factor"]


def complete(system, challenge, address=None, **proof):
    return system.call(contracts.sessions.CompleteSignIn, Caller(address=address), challenge=challenge, **proof)


def step_up(system, tokens, **proof):
    """Shows a proof in the session of these tokens; gives the new access token."""
    begun = system.call(contracts.sessions.BeginStepUp, caller_of(system, tokens))
    return system.call(contracts.sessions.StepUp, caller_of(system, tokens), challenge=begun["challenge"], **proof)


def long_ago(system, seconds=901):
    """As if everybody had shown who they are so long ago."""
    with system.session("identity") as session:
        age = SignInSession.proved_at - timedelta(seconds=seconds)
        session.execute(update(SignInSession).values(proved_at=age))


def factors(system, tokens):
    """Lists the second factors of whoever these tokens are of."""
    return system.call(contracts.factors.ListFactors, caller_of(system, tokens))


def signed_in_with(system, app, login=EMAIL):
    """Signs in with the password and the next code of the app; gives the tokens."""
    forget_steps(system)
    return complete(system, asked(system, login)["challenge"], code=app.code())


def wrong_code(system, challenge, code="000000", **kwargs):
    """Has a code refused."""
    with pytest.raises(contracts.errors.ProofRefused):
        complete(system, challenge, code=code, **kwargs)


def not_a_code(app):
    """Six digits that are none of the codes that would be taken now."""
    near = {app.code(offset) for offset in range(-3, 4)}
    return next(code for code in map("{:06}".format, range(10)) if code not in near)
