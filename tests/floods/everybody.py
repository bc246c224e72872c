"""Everybody else: a few people on kept connections who look at pages and ask the API, and note how long each answer took.

`python -m tests.floods.everybody`, its order as JSON on standard input; what was seen as JSON on standard output.
"""

import http.client
import json
import socket
import ssl
import sys
import threading
import time
from dataclasses import asdict, dataclass, field

PEOPLE = 4
PAUSE_S = 0.05
LONGEST_S = 20.0
NAME = "localhost"  # as which the proxy knows the college
# Pages with and without calls over the bus: what needs nobody’s account and has no limit of its own.
PATHS = ("/", "/sign-in", "/fees", "/healthz", "/api/v1/application-form")
AS_IT_SHOULD_BE = (200, 304)


@dataclass
class Seen:
    """What was seen: the seconds of each answer, the statuses that should not be, connections that were closed under us."""

    seconds: list[float] = field(default_factory=list)
    wrong: dict[str, int] = field(default_factory=dict)
    reconnects: int = 0

    def note(self, what: str) -> None:
        """Counts an answer that should not be."""
        self.wrong[what] = self.wrong.get(what, 0) + 1


class Person:
    """One who asks again and again on one connection, until `until` (monotonic seconds)."""

    def __init__(self, host: str, port: int, tls: bool, number: int) -> None:
        self._host, self._port, self._tls, self._source = host, port, tls, f"127.77.0.{number + 1}"
        self._connection: http.client.HTTPConnection | None = None
        self.seen = Seen()

    def ask_until(self, until: float) -> None:
        """Asks for one path after the other."""
        turn = 0
        while time.monotonic() < until:
            self._ask(PATHS[turn % len(PATHS)])
            turn += 1
            time.sleep(PAUSE_S)

    def _ask(self, path: str) -> None:
        began = time.monotonic()
        try:
            connection = self._connection or self._connect()
            connection.request("GET", path, headers={"Host": NAME, "Accept-Language": "fr"})
            answer = connection.getresponse()
            answer.read()
            if answer.status not in AS_IT_SHOULD_BE:
                self.seen.note(f"{answer.status} {path}")
            if answer.will_close:
                self._lost()
        except (OSError, http.client.HTTPException) as error:
            self.seen.note(type(error).__name__)
            self._lost()
        self.seen.seconds.append(time.monotonic() - began)

    def _connect(self) -> http.client.HTTPConnection:
        made = http.client.HTTPConnection(self._host, self._port, timeout=LONGEST_S)
        plain = socket.create_connection((self._host, self._port), LONGEST_S, (self._source, 0))
        if self._tls:
            context = ssl.create_default_context()
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the proxy's own authority, on loopback
            made.sock = context.wrap_socket(plain, server_hostname=NAME)
        else:
            made.sock = plain
        self._connection = made
        return made

    def _lost(self) -> None:
        self.seen.reconnects += 1
        if self._connection is not None:
            self._connection.close()
        self._connection = None


def main() -> int:
    """Asks for the time in the order, then tells what was seen by all."""
    order = json.load(sys.stdin)
    people = [Person(order["host"], order["port"], order["tls"], number) for number in range(PEOPLE)]
    until = time.monotonic() + order["lasts_s"]
    threads = [threading.Thread(target=person.ask_until, args=(until,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    together = Seen()
    for person in people:
        together.seconds += person.seen.seconds
        together.reconnects += person.seen.reconnects
        for what, times in person.seen.wrong.items():
            together.wrong[what] = together.wrong.get(what, 0) + times
    print(json.dumps(asdict(together)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
