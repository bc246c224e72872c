"""The server: accepts connections while there are places for them, and lets those under way finish when it stops."""

import errno
import resource
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import eventlet

from gateway.http.errors import Busy
from gateway.server.answer import Answer
from gateway.server.connection import Connection, Shared
from gateway.server.line import Line
from gateway.server.pace import Pace
from gateway.server.places import Connections, SlowBodies, share_of
from gateway.server.refusals import refusal
from gateway.settings import GatewaySettings
from services.common.observability.logs import get_logger

_BACKLOG = 1024
_BUFFER = 131_072  # the kernel's for each connection and way: what does not fit, the other side waits with
_FILES_BESIDE = 256  # descriptors for all that is no connection
_NO_PLACE_S = 0.05
_OUT_OF_FILES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}
log = get_logger("http")


class Server:
    """Serves a WSGI application on a port."""

    def __init__(self, application: Callable[..., Any], settings: GatewaySettings) -> None:
        self._settings = settings
        self._connections = Connections(settings)
        self._shared = Shared(application, settings, SlowBodies(settings))
        self._pace = Pace(settings)
        self._listener: Any = None
        self._loops: list[Any] = []
        self.port = 0

    def start(self) -> None:
        """Begins to listen; raises OSError if another program has the port."""
        settings = self._settings
        _allow_files(settings.most_connections + _FILES_BESIDE)
        listener = eventlet.listen((settings.host, settings.port), backlog=_BACKLOG, reuse_port=settings.share_port)
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # accepted connections inherit these
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        self._listener, self.port = listener, listener.getsockname()[1]
        self._loops = [eventlet.spawn(self._accept), eventlet.spawn(self._connections.watch)]

    @property
    def listens(self) -> bool:
        """Whether connections are accepted."""
        return bool(self._loops) and not any(loop.dead for loop in self._loops)

    @property
    def under_way(self) -> int:
        """How many connections are open."""
        return len(self._connections)

    def stop_taking(self) -> None:
        """Accepts nothing more and ends idle connections; those with a request under way end after its answer."""
        self._shared.stopping = True
        self._loops[0].kill()
        self._listener.close()
        self._connections.end_idle()

    def all_answered(self, within_s: float) -> bool:
        """Waits for the connections that are left, and says whether all have ended in time."""
        with eventlet.Timeout(within_s, False):
            for line in self._connections:
                line.closed.wait()
            return True
        return False

    def kill(self) -> None:
        """Stops without waiting for anyone."""
        for loop in self._loops:
            loop.kill()
        self._listener.close()

    def _accept(self) -> None:
        host, port = self._listener.getsockname()[:2]
        environ = {
            "SERVER_NAME": host,
            "SERVER_PORT": str(port),
            "SCRIPT_NAME": "",
            "GATEWAY_INTERFACE": "CGI/1.1",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.input_terminated": True,
        }
        while True:
            try:
                sock, address = self._listener.accept()
            except OSError as error:
                if error.errno in _OUT_OF_FILES:
                    log.warning("connection-not-taken", error=repr(error))
                    self._connections.shrink()
                    eventlet.sleep(_NO_PLACE_S)
                continue
            sock.setblocking(False)
            self._take(sock, {**environ, "REMOTE_ADDR": address[0], "REMOTE_PORT": str(address[1])})
            eventlet.sleep(0)  # a crowd at the door would keep out those who are in

    def _take(self, sock: Any, environ: dict[str, Any]) -> None:
        peer = share_of(environ["REMOTE_ADDR"])
        if not self._connections.room_for(peer):
            self._send_away(sock, environ)
            return
        while not self._connections.room():
            eventlet.sleep(_NO_PLACE_S)
        line = Line(sock, self._pace)
        self._connections.add(line, peer)
        eventlet.spawn_n(self._serve, line, environ)

    def _serve(self, line: Line, environ: dict[str, Any]) -> None:
        try:
            Connection(line, environ, self._shared).serve()
        finally:
            self._connections.remove(line)

    def _send_away(self, sock: Any, environ: dict[str, Any]) -> None:
        refused = refusal(Busy(), environ, self._settings)
        log.info("request-refused", code=Busy.code, status=Busy.status, correlation_id=refused.correlation_id)
        answer = Answer()
        answer.start(refused.status, refused.headers)
        with suppress(OSError):  # nobody waits for a client that is not let in
            sock.send(answer.head(len(refused.body), close=True) + refused.body)
        sock.close()


def _allow_files(count: int) -> None:
    # The usual soft limit of 1,024 is for programs that use `select`.
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if hard == resource.RLIM_INFINITY else min(count, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
