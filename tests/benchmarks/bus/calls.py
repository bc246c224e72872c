"""Calls through the gateway, a static page, and memory and start-up time of each process."""

from collections.abc import Iterator, Mapping

from rich.table import Table

from deploy.local import pids, ports
from deploy.local.processes import Replica
from tests.benchmarks.bus.room import Room
from tests.benchmarks.bus.rounds import Contender, Figure, compete
from tests.benchmarks.targets import Figures, Target

FLOOR, OURS, STOCK = "floor", "ours", "stock nameko"
AT_ONCE = {1: 400, 16: 1600, 64: 1600}
STATIC = {16: 1600}
# What the issue asks for, by how many at a time.
SHARE = {
    at_once: Target(f"calls, {at_once} at once", share, better="higher", unit="of the floor")
    for at_once, share in {1: 0.62, 16: 0.65, 64: 0.70}.items()
}
BESIDE_STOCK = {16: Target("calls, 16 at once, beside stock nameko", 3, better="higher", unit="times as many")}
CPU = {at_once: Target(f"processor time of a call, {at_once} at once", 1.3, unit="of the floor's") for at_once in AT_ONCE}
PAGE = Target("static pages, 16 at once", 0.6, better="higher", unit="of the floor")
TARGETS = (*SHARE.values(), *BESIDE_STOCK.values(), *CPU.values(), PAGE)


def run(room: Room, rounds: int, say, figures: Figures) -> Iterator[Table]:
    """Measures; gives each table as soon as it is complete."""
    floor_port, stock_port, our_port = (ports.pick() for _ in range(3))
    database = room.database("bench", "tests.support.tiny_package")
    floor_echo = room.program("floor-service", "tests.benchmarks.bus.floor", "echo", "floor-echo")
    floor_web = room.program(
        *("floor-gateway", "tests.benchmarks.bus.floor", "web", str(floor_port), "floor-echo"),
        ready=f"http://127.0.0.1:{floor_port}/echo",
    )
    stock_echo = room.program("stock-service", "tests.benchmarks.bus.stock", "echo")
    stock_web = room.program(
        *("stock-gateway", "tests.benchmarks.bus.stock", "web", str(stock_port)),
        ready=f"http://127.0.0.1:{stock_port}/echo/hello",
    )
    our_echo = room.component("service", "tests.benchmarks.bus.echo", DATABASE_URL=database)
    our_web = room.component("gateway", "tests.benchmarks.bus.gateway", HTTP_PORT=str(our_port))
    calls = [
        Contender(FLOOR, f"http://127.0.0.1:{floor_port}/echo", _pids(floor_web, floor_echo)),
        Contender(OURS, f"http://127.0.0.1:{our_port}/api/v1/bench/hello", _pids(our_web, our_echo)),
        Contender(STOCK, f"http://127.0.0.1:{stock_port}/echo/hello", _pids(stock_web, stock_echo)),
    ]
    pages = [
        Contender(FLOOR, f"http://127.0.0.1:{floor_port}/", _pids(floor_web)),
        Contender(OURS, f"http://127.0.0.1:{our_port}/assets/any/session.js", _pids(our_web)),
        Contender(STOCK, f"http://127.0.0.1:{stock_port}/static", _pids(stock_web)),
    ]
    try:
        say("calls: HTTP → gateway → RPC → service and back")
        answered = compete(room, calls, AT_ONCE, rounds, say)
        figures.update(_call_figures(answered))
        yield _call_table(answered, rounds)
        say("a static page")
        served = compete(room, pages, STATIC, rounds, say)
        figures[PAGE] = served[(OURS, 16)].rate / served[(FLOOR, 16)].rate
        yield _page_table(served)
        yield _cost_table(room, [floor_web, floor_echo, stock_web, stock_echo, our_web, our_echo])
    finally:
        room.stop(floor_web, floor_echo, stock_web, stock_echo, our_web, our_echo)


def _pids(*replicas: Replica) -> tuple[int, ...]:
    return tuple(replica.identity.pid for replica in replicas)


def _call_figures(runs: Mapping[tuple[str, int], Figure]) -> Figures:
    figures = Figures()
    for at_once in AT_ONCE:
        floor, ours, stock = (runs[(name, at_once)] for name in (FLOOR, OURS, STOCK))
        figures[SHARE[at_once]] = ours.rate / floor.rate
        figures[CPU[at_once]] = ours.cpu / floor.cpu
        if at_once in BESIDE_STOCK:
            figures[BESIDE_STOCK[at_once]] = ours.rate / stock.rate
    return figures


def _call_table(runs: Mapping[tuple[str, int], Figure], rounds: int) -> Table:
    table = Table(
        *("at once", "who", "calls/s", "of the floor", "× stock", "p50 ms", "p99 ms", "CPU µs/call", "× floor's CPU"),
        title=f"RPC echo through the gateway, medians of {rounds} interleaved rounds",
    )
    for at_once in AT_ONCE:
        floor, stock = runs[(FLOOR, at_once)], runs[(STOCK, at_once)]
        for name in (FLOOR, OURS, STOCK):
            one = runs[(name, at_once)]
            table.add_row(
                *(str(at_once), name, f"{one.rate:.0f}", f"{one.rate / floor.rate:.2f}", f"{one.rate / stock.rate:.1f}"),
                *(f"{one.p50 / 1000:.1f}", f"{one.p99 / 1000:.1f}", f"{one.cpu:.0f}", f"{one.cpu / floor.cpu:.2f}"),
            )
        table.add_section()
    return table


def _page_table(runs: Mapping[tuple[str, int], Figure]) -> Table:
    table = Table("who", "pages/s", "of the floor", "CPU µs/page", title="A static page (the stylesheet), 16 at once")
    for name in (FLOOR, OURS, STOCK):
        one = runs[(name, 16)]
        share = one.rate / runs[(FLOOR, 16)].rate
        table.add_row(name, f"{one.rate:.0f}", f"{share:.2f}", f"{one.cpu:.0f}")
    return table


def _cost_table(room: Room, replicas: list[Replica]) -> Table:
    table = Table("process", "memory MB", "ready after s", title="Memory after the load, and start-up")
    for one in replicas:
        started = f"{room.started_in[one.component]:.1f}" if not one.component.endswith("k-service") else "–"
        table.add_row(one.component, f"{pids.memory(one.identity.pid) / 1e6:.0f}", started)
    return table
