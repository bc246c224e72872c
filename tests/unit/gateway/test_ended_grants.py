"""What the gateway remembers of what has ended: as long as a token may rest on it, and no longer."""

from datetime import UTC, datetime

from gateway.revocations import KEPT_S, Revocations
from services.common.kernel.errors import Unavailable
from services.common.security.tokens import LONGEST_LIFE_S
from services.contracts.identity.sessions import ListEnded


class Identity:
    """Answers in turn with what it was given: ids, or an error."""

    def __init__(self, *answers) -> None:
        self.answers, self.since = list(answers), []

    def call(self, _contract, _caller, since):
        self.since.append(since)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return ListEnded.Reply(ended=answer, as_of=datetime(2026, 1, 1, 0, 0, len(self.since), tzinfo=UTC))


def test_each_question_goes_on_from_the_answer_before_and_a_failure_changes_nothing():
    identity, grants = Identity(["one"], Unavailable(), ["two"]), Revocations()
    for _ in range(3):
        grants.ask(identity)
    first = datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC)
    assert identity.since == [None, first, first]
    assert grants.has("one") and grants.has("two") and not grants.has("three")


def test_an_id_is_forgotten_when_no_token_can_rest_on_it_any_more():
    now = [0.0]
    identity, grants = Identity(["one"], ["one", "two"], []), Revocations(lambda: now[0])
    for at in (0.0, KEPT_S - 1, KEPT_S + 1):
        now[0] = at
        grants.ask(identity)
    assert not grants.has("one") and grants.has("two")
    assert KEPT_S > LONGEST_LIFE_S
