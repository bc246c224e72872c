"""A TCP proxy whose line can be cut: `python -m tests.resilience.tcp_proxy LISTEN_PORT TARGET_PORT…`, on 127.0.0.1.

Of several targets each new connection gets the next one that is there.

One mode a line on standard input, answered on standard output when it holds:

    pass        what arrives goes on, what was held back first
    delay 0.1   the same, each piece so many seconds late
    refuse      connections end with a reset, new ones are refused
    reset       connections end with a reset, new ones too, after they were accepted
    blackhole   nothing arrives any more and nobody is told; new connections are accepted and lead nowhere
"""

import asyncio
import socket
import struct
import sys
from collections import deque
from contextlib import suppress

HOST, PIECE = "127.0.0.1", 65_536
PASS, DELAY, REFUSE, RESET, BLACKHOLE = "pass", "delay", "refuse", "reset", "blackhole"


class TcpProxy:
    """The line from a port to another, or to several."""

    def __init__(self, listen_port: int, *target_ports: int) -> None:
        self._listen_port, self._targets = listen_port, deque(target_ports)
        self._server: asyncio.Server | None = None
        self._open = asyncio.Event()
        self._delay_s, self._resets = 0.0, False
        self._writers: set[asyncio.StreamWriter] = set()

    async def set_mode(self, mode: str, seconds: float = 0.0) -> None:
        """Makes the line pass, delay, refuse, reset or swallow. Raises ValueError for any other mode."""
        if mode not in {PASS, DELAY, REFUSE, RESET, BLACKHOLE}:
            raise ValueError(mode)
        self._delay_s, self._resets = seconds, mode == RESET
        if mode == BLACKHOLE:
            self._open.clear()
        else:
            self._open.set()
        if mode == REFUSE:
            await self._close()
        elif self._server is None:
            self._server = await asyncio.start_server(self._serve, HOST, self._listen_port)
        if mode in {REFUSE, RESET}:
            for writer in list(self._writers):
                _reset(writer)

    async def _close(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._resets:
            _reset(writer)
            return
        self._writers.add(writer)
        try:
            await self._open.wait()
            there, onward = await self._connect()
        except OSError:
            self._writers.discard(writer)
            _reset(writer)
            return
        self._writers.add(onward)
        await asyncio.gather(self._pump(reader, onward), self._pump(there, writer))
        for each in (writer, onward):
            self._writers.discard(each)
            each.close()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        for left in reversed(range(len(self._targets))):
            self._targets.rotate(-1)
            try:
                return await asyncio.open_connection(HOST, self._targets[-1])
            except OSError:
                if not left:
                    raise
        raise AssertionError("a proxy without a target")

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while piece := await reader.read(PIECE):
                if self._delay_s:
                    await asyncio.sleep(self._delay_s)
                await self._open.wait()
                writer.write(piece)
                await writer.drain()
            await self._open.wait()
            writer.write_eof()
        except OSError:
            _reset(writer)  # an end that broke off breaks off the other


def _reset(writer: asyncio.StreamWriter) -> None:
    end = writer.get_extra_info("socket")
    if end is not None:
        with suppress(OSError):  # closed with nothing lingering, a connection ends in a reset
            end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


async def run(listen_port: int, *target_ports: int) -> None:
    """Passes until standard input ends, changing its mode with each line."""
    proxy, lines = TcpProxy(listen_port, *target_ports), asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    await proxy.set_mode(PASS)
    print(PASS, flush=True)
    while line := (await lines.readline()).decode().split():
        await proxy.set_mode(line[0], *(float(each) for each in line[1:]))
        print(line[0], flush=True)


if __name__ == "__main__":
    asyncio.run(run(*(int(port) for port in sys.argv[1:])))
