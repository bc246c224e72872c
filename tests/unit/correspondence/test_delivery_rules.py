"""What becomes of a mail that was not taken."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

from services.correspondence.delivery import CLAIM_S, SENDING_LIMIT_S, judge, pause_after
from services.correspondence.smtp import MailRefused

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def claimed(attempts=1, asked=timedelta()):
    return SimpleNamespace(attempts=attempts, asked_at=NOW - asked)


def test_pauses_double_from_two_seconds_to_an_hour():
    assert [pause_after(attempts) for attempts in (1, 2, 3, 11, 12, 5000)] == [2, 4, 8, 2048, 3600, 3600]


def test_a_server_that_is_away_is_asked_again_at_least_once_a_minute():
    assert [pause_after(attempts, server_wide=True) for attempts in (1, 5, 6, 5000)] == [2, 32, 60, 60]


def test_a_refusal_for_good_is_a_bounce_at_once():
    outcome = judge(claimed(), NOW, MailRefused("550 no such mailbox", permanent=True))
    assert (outcome.delivery, outcome.words) == ("bounced", "550 no such mailbox")


def test_a_refusal_for_now_is_tried_again_until_three_days_have_passed():
    early = judge(claimed(3, timedelta(days=3, seconds=-1)), NOW, MailRefused("451 busy"))
    assert (early.delivery, early.words, early.pause_s) == ("retrying", "451 busy", 8)
    late = judge(claimed(99, timedelta(days=3)), NOW, MailRefused("451 busy"))
    assert (late.delivery, late.words) == ("given_up", "451 busy")


def test_a_claim_outlasts_the_longest_sending():
    assert CLAIM_S > SENDING_LIMIT_S
