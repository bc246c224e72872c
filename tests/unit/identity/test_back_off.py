"""How long one waits after failed sign-ins."""

from datetime import timedelta

import pytest

from services.common.kernel import clock
from services.identity.sessions.throttle import BackOff, account_subject

NOW = clock.now()
BACK_OFF = BackOff()


@pytest.mark.parametrize("failures", range(5))
def test_the_first_five_tries_do_not_wait(failures):
    assert BACK_OFF.wait_s(failures, NOW, NOW) == 0


@pytest.mark.parametrize(("failures", "wait"), [(5, 2), (6, 4), (7, 8), (8, 16), (9, 32), (10, 60), (11, 60), (100_000, 60)])
def test_each_further_failure_doubles_the_wait_up_to_a_minute(failures, wait):
    assert BACK_OFF.wait_s(failures, NOW, NOW) == wait


@pytest.mark.parametrize(("elapsed_s", "wait"), [(0, 8), (0.5, 8), (1, 7), (7.9, 1), (8, 0), (3600, 0)])
def test_the_wait_counts_from_the_last_failure_in_whole_seconds_rounded_up(elapsed_s, wait):
    assert BACK_OFF.wait_s(7, NOW - timedelta(seconds=elapsed_s), NOW) == wait


def test_a_login_without_an_account_is_counted_however_it_is_typed_and_kept_unreadable():
    subject = account_subject(None, "Nobody@Example.org")
    assert subject == account_subject(None, "nobody@example.org ")
    assert "nobody" not in subject
