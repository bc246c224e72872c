"""Several questions in one round: asked at once, answered together, and none left behind."""

import eventlet
import pytest

from gateway.rounds import Round
from services.common.kernel.errors import NotFound, Unavailable


class Service:
    """Answers each question with its own values after so many seconds, or refuses; notes which were begun and which came to their end."""

    def __init__(self) -> None:
        self.begun, self.ended = [], []

    def ask(self, contract, values, _key):
        self.begun.append(contract)
        eventlet.sleep(values["after"])
        self.ended.append(contract)
        if refusal := values.get("refusal"):
            raise refusal
        return f"answer to {contract}"


def test_all_questions_of_a_round_are_on_their_way_before_the_first_is_answered():
    service = Service()
    with Round(service.ask) as asked:
        first, second = asked.ask("first", after=0.05), asked.ask("second", after=0)
    assert (first.reply, second.reply) == ("answer to first", "answer to second")
    assert service.begun == ["first", "second"] and service.ended == ["second", "first"]


def test_the_first_refusal_in_the_order_of_the_questions_is_raised_and_the_rest_are_left():
    service = Service()
    with pytest.raises(NotFound), Round(service.ask) as asked:
        asked.ask("first", after=0.02, refusal=NotFound())
        asked.ask("second", after=0, refusal=Unavailable())
        asked.ask("third", after=60)
    eventlet.sleep(0)
    assert "third" not in service.ended


def test_a_mistake_between_the_questions_waits_for_none_of_them():
    service = Service()
    with pytest.raises(LookupError), Round(service.ask) as asked:
        asked.ask("first", after=60)
        eventlet.sleep(0)
        raise LookupError("a mistake")
    assert service.begun == ["first"] and service.ended == []
