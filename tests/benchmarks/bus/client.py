"""The load: keep-alive connections, each sending its next request when the last answer is there. A process of its own.

`python -m tests.benchmarks.bus.client URL REQUESTS AT_ONCE [PATHS_FILE]` prints one JSON line: seconds, errors, latencies in microseconds.
Raw sockets on asyncio: a client library would cost more than what is measured.
"""

import asyncio
import itertools
import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit


class Shared:
    """What all connections of a run draw from and add to."""

    def __init__(self, paths: Iterator[str], requests: int) -> None:
        self.paths, self.left = paths, requests
        self.errors = 0
        self.took: list[float] = []


class Connection(asyncio.Protocol):
    """One keep-alive connection."""

    def __init__(self, host: str, shared: Shared, done: asyncio.Future) -> None:
        self._host, self._shared, self._done = host, shared, done
        self._buffer = b""
        self._sent_at = 0.0

    def connection_made(self, transport) -> None:
        """Sends the first request."""
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Reads until the answer is whole, then sends the next request."""
        self._buffer += data
        head_end = self._buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        head = self._buffer[:head_end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(self._buffer) < head_end + 4 + length:
            return
        if self._buffer[9:12] != b"200":
            self._shared.errors += 1
        self._buffer = b""
        self._shared.took.append(time.perf_counter() - self._sent_at)
        self._next()

    def connection_lost(self, _error) -> None:
        """Counts what the server cut off."""
        if not self._done.done():
            self._shared.errors += 1
            self._done.set_result(None)

    def _next(self) -> None:
        if self._shared.left <= 0:
            if not self._done.done():
                self._done.set_result(None)
            self._transport.close()
            return
        self._shared.left -= 1
        self._sent_at = time.perf_counter()
        self._transport.write(f"GET {next(self._shared.paths)} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())


async def load(url: str, requests: int, at_once: int, paths: list[str]) -> dict:
    """Makes the requests; gives seconds, errors and the latencies' p50 and p99 in microseconds."""
    parts = urlsplit(url)
    shared, loop = Shared(itertools.cycle(paths or [parts.path]), requests), asyncio.get_running_loop()
    ends = [loop.create_future() for _ in range(at_once)]
    began = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: Connection(parts.netloc, shared, end), parts.hostname, parts.port)
    await asyncio.gather(*ends)
    seconds = time.perf_counter() - began
    cuts = statistics.quantiles(shared.took, n=100, method="inclusive")
    return {"seconds": seconds, "errors": shared.errors, "p50": cuts[49] * 1e6, "p99": cuts[98] * 1e6}


if __name__ == "__main__":
    listed = Path(sys.argv[4]).read_text().split() if len(sys.argv) > 4 else []
    print(json.dumps(asyncio.run(load(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), listed))))
