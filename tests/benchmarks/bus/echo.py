"""A service on our floor that answers the benchmark's call and relays the benchmark's events."""

from services.common.bus.rpc_server import rpc
from services.common.runtime.service import Service
from tests.benchmarks.bus.contracts.bench import BenchEcho


class Bench(Service):
    """Echoes, and owns the outbox that the benchmark fills."""

    name = "bench"

    @rpc(BenchEcho)
    def bench_echo(self, work, request):
        return BenchEcho.Reply(text=request.text)
