"""A line that can be cut, as the tests hold it: a proxy in a process of its own."""

import subprocess
import sys

from deploy.local.college.settings import REPOSITORY
from tests.resilience import tcp_proxy
from tests.support.waiting import PATIENCE_S


class Wire:
    """Leads from `port` to a target, or by turns to several that are there, all on this machine."""

    def __init__(self, port: int, *targets: int) -> None:
        self.port = port
        self._process = subprocess.Popen(
            [sys.executable, "-m", tcp_proxy.__name__, str(port), *map(str, targets)],
            cwd=REPOSITORY,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._await_answer(tcp_proxy.PASS)

    def set(self, mode: str, seconds: float | None = None) -> None:
        """Changes how the line behaves; returns when it does. Raises RuntimeError if the proxy is gone."""
        self._process.stdin.write(f"{mode} {'' if seconds is None else seconds}\n")
        self._process.stdin.flush()
        self._await_answer(mode)

    def close(self) -> None:
        """Takes the line away."""
        self._process.stdin.close()
        self._process.wait(PATIENCE_S)
        self._process.stdout.close()

    def _await_answer(self, mode: str) -> None:
        if self._process.stdout.readline().strip() != mode:
            raise RuntimeError("the proxy has ended")
