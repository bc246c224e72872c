"""Turns and numbers that the database gives: one transaction at a time for each name, no number twice, the names of the releases before."""

import pytest
from sqlalchemy import Sequence, text
from sqlalchemy.schema import CreateSequence

from services.common.kernel.references import Numbering
from services.common.persistence import advisory_locks
from services.common.persistence.sequences import next_number, next_numbers
from services.contracts.college.organisation import NumberSeries
from tests.support.tiny import TinyService

SEQUENCE = Sequence("cup_numbers")
SERIES = NumberSeries(Numbering("CUP", 3), first=18)


@pytest.fixture
def database(system):
    system.start_class(TinyService, "tiny")
    return system


@pytest.mark.parametrize(
    ("take", "by_hand"),
    [
        (advisory_locks.wait_for_task, "hashtext('retention')"),
        (advisory_locks.try_task, "hashtext('retention')"),
        (advisory_locks.wait_for_thing, "hashtextextended('retention', 0)"),
    ],
)
def test_a_turn_is_kept_from_others_until_its_transaction_ends_also_from_a_release_that_spells_it_by_hand(
    database, take, by_hand
):
    free = text(f"SELECT pg_try_advisory_xact_lock({by_hand})")
    with database.session("tiny") as mine:
        take(mine, "retention")
        with database.session("tiny") as other:
            assert not other.scalar(free)
    with database.session("tiny") as other:
        assert other.scalar(free)


def test_a_task_that_another_is_at_is_not_taken(database):
    with database.session("tiny") as mine, database.session("tiny") as other:
        assert advisory_locks.try_task(mine, "pruning")
        assert not advisory_locks.try_task(other, "pruning")
        assert advisory_locks.try_task(other, "retention")


def test_numbers_follow_one_another_from_the_first_of_the_series_and_none_is_given_twice(database):
    with database.session("tiny") as session:
        session.execute(CreateSequence(SEQUENCE))
        made = [next_number(session, SEQUENCE, SERIES), *next_numbers(session, SEQUENCE, SERIES, 3)]
    assert made == [SERIES.numbering.make(number) for number in (18, 19, 20, 21)]
