"""The lines to the broker and to the database are cut, in each way that a line can be, and mended after longer than any deadline."""

import time

import pytest

from tests.resilience.tcp_proxy import BLACKHOLE, DELAY, PASS, REFUSE, RESET


@pytest.mark.parametrize("engine", ["broker", "database"])
@pytest.mark.parametrize(("mode", "cut_s"), [(REFUSE, 6), (RESET, 6), (BLACKHOLE, 20)])
def test_cut(lines, fault_case, engine, mode, cut_s):
    fault_case.begin()
    fault_case.a_moment(0.5, 3)
    lines[engine].set(mode)
    time.sleep(cut_s)
    lines[engine].set(PASS)
    fault_case.recovered(time.monotonic())
    fault_case.judge()


@pytest.mark.parametrize("engine", ["broker", "database"])
def test_slow(lines, fault_case, engine):
    """Each round trip takes a tenth of a second longer: all is slower, and nothing is wrong."""
    fault_case.begin()
    fault_case.a_moment(0.5, 2)
    lines[engine].set(DELAY, 0.05)
    time.sleep(15)
    lines[engine].set(PASS)
    fault_case.recovered(time.monotonic())
    fault_case.judge()
