"""The cork: what is written in one turn leaves in one send, and what one alone writes leaves at once."""

from types import SimpleNamespace

import eventlet
import pytest

from services.common.bus.connection import FULL, WriteCoalescer, at_once
from tests.support.waiting import until


class Wire:
    """The end of a connection: it notes each send."""

    connected = True

    def __init__(self, fails: BaseException | None = None, slow: bool = False) -> None:
        self.sends: list[bytes] = []
        self.cuts = 0
        self._fails, self._slow = fails, slow
        WriteCoalescer(self, self._count_cut)

    def _write(self, frames: bytes) -> None:
        self.sends.append(frames)
        if self._slow:
            eventlet.sleep(0.01)
        if self._fails:
            raise self._fails

    def _count_cut(self) -> None:
        self.cuts += 1

    def channel(self) -> SimpleNamespace:
        return SimpleNamespace(connection=SimpleNamespace(_transport=self))


def test_frames_of_one_turn_leave_in_one_send_at_its_end():
    wire = Wire()
    wire._write(b"a")
    wire._write(b"b")
    assert wire.sends == []
    eventlet.sleep(0)
    assert wire.sends == [b"ab"]


def test_so_many_frames_that_the_other_end_may_begin_do_not_wait_for_the_end_of_the_turn():
    wire = Wire()
    for number in range(FULL + 1):
        wire._write(b"%d" % number)
    assert wire.sends == [b"01234567"]
    eventlet.sleep(0)
    assert wire.sends == [b"01234567", b"8"]


def test_frames_of_one_who_is_alone_leave_before_the_turn_ends_and_once():
    wire = Wire()
    with at_once(wire.channel(), alone=True):
        wire._write(b"a")
        wire._write(b"b")
    assert wire.sends == [b"ab"]
    eventlet.sleep(0)
    assert wire.sends == [b"ab"]
    wire._write(b"c")
    eventlet.sleep(0)
    assert wire.sends == [b"ab", b"c"]


def test_frames_of_one_who_is_not_alone_wait_for_the_others():
    wire = Wire()
    with at_once(wire.channel(), alone=False):
        wire._write(b"a")
    assert wire.sends == []
    eventlet.sleep(0)
    assert wire.sends == [b"a"]


def test_two_writers_never_send_at_the_same_time_and_the_order_is_kept():
    wire = Wire(slow=True)

    def alone(frame: bytes) -> None:
        with at_once(wire.channel(), alone=True):
            wire._write(frame)

    writers = [eventlet.spawn(alone, frame) for frame in (b"a", b"b", b"c")]
    for writer in writers:
        writer.wait()
    until(lambda: len(wire.sends) > 1, "the second send")
    assert wire.sends == [b"a", b"bc"]


def test_a_writer_ended_in_the_middle_of_a_frame_cuts_the_connection():
    wire = Wire(fails=eventlet.Timeout())
    with pytest.raises(eventlet.Timeout), at_once(wire.channel(), alone=True):
        wire._write(b"half")
    assert wire.cuts == 1


def test_a_failed_send_cuts_the_connection_and_is_no_error_of_the_writer():
    wire = Wire(fails=OSError("gone"))
    with at_once(wire.channel(), alone=True):
        wire._write(b"a")
    assert wire.cuts == 1


def test_a_channel_whose_connection_is_gone_has_nothing_to_hold_back():
    with at_once(SimpleNamespace(connection=None), alone=True):
        pass
    with at_once(SimpleNamespace(connection=SimpleNamespace(_transport=None)), alone=True):
        pass
