"""Identifiers are in the order of the instants that they stand for."""

from datetime import UTC, datetime, timedelta
from uuid import RFC_4122

from services.common.kernel import clock
from services.common.kernel.ids import id_as_of, new_id

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_an_id_as_of_an_instant_is_a_version_7_of_that_instant_and_unique():
    one, other = id_as_of(NOON), id_as_of(NOON)
    assert one != other and one.version == 7 and one.variant == RFC_4122
    assert one.int >> 80 == NOON.timestamp() * 1000


def test_ids_follow_the_instants_to_the_microsecond_whenever_they_are_made():
    instants = [NOON + timedelta(microseconds=each) for each in (0, 1, 2, 499, 998, 999, 1000, 1001, 60_000_000)]
    made = {instant: id_as_of(instant) for instant in reversed(instants)}
    assert sorted(made, key=made.__getitem__) == instants


def test_they_stand_among_the_others_by_their_instants():
    now = clock.now()
    assert id_as_of(now - timedelta(seconds=1)) < new_id() < id_as_of(now + timedelta(hours=1))
