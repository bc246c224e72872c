"""The college's time goes forward by months, and whoever is signed in does not notice."""

import pytest

from services.contracts import identity as contracts
from tests.support.actors.identity_factors import asked, complete, forget_steps, step_up
from tests.support.actors.identity_people import caller_of, fail, refresh, sign_in


def test_sessions_and_second_factors_outlive_a_clock_that_is_moved_by_months(identity, app, moved_clock):
    tokens = complete(identity, asked(identity)["challenge"], code=app.code())
    began = asked(identity)
    moved_clock.forward(months=18)
    fresh = refresh(identity, tokens)
    assert identity.call(contracts.accounts.GetMe, caller_of(identity, fresh))["id"] == identity.ana
    assert len(identity.call(contracts.sessions.ListSessions, caller_of(identity, fresh))["sessions"]) == 2
    forget_steps(identity)
    complete(identity, began["challenge"], code=app.code())  # the telephone's time is the true one
    forget_steps(identity)
    step_up(identity, fresh, code=app.code())


def test_whoever_is_slowed_down_stays_so_when_the_clock_is_moved(identity, moved_clock):
    fail(identity, 5)
    moved_clock.forward(months=1)
    with pytest.raises(contracts.errors.TooManyTries):
        sign_in(identity)
