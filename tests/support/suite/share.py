"""One share of the suite: a pytest process that is watched, and begun anew with the rest of its tests when it ends before they do."""

import os
import signal
import subprocess
import time
from pathlib import Path

from deploy.local import runs
from tests.support.suite import journal

NOTHING_COLLECTED = 5
# pytest's own ways to end before its time: interrupted, called wrongly; and at fault itself, which a test may have brought about.
_ENDED_BY_PYTEST, _AT_FAULT = (2, 4), 3
_LONGEST_END_S = 90.0
_STACKS_BEGIN = ("Timeout (", "Fatal Python error")
_MOST_LINES = 60


class Share:
    """A share whose files are `<stem>.log` and `<stem>.jsonl`; `root` is where pytest runs, whose leftovers end with a process that died."""

    def __init__(self, stem: Path, command: list[str], root: Path) -> None:
        self.log, self.journal = stem.with_suffix(".log"), stem.with_suffix(".jsonl")
        self.died: dict[str, str] = {}  # tests that took their process with them, or never ended: what is known
        self.code: int | None = None
        self._command, self._root = command, root
        for file in (self.log, self.journal):
            file.unlink(missing_ok=True)
        self._begun = 0
        self._process = self._start()

    def watch(self) -> bool:
        """Looks after it once; whether it still runs."""
        if self.code is not None:
            return False
        if self._process.poll() is None:
            until = journal.read(self.journal).until
            if until and time.monotonic() > until:
                self._end_process(signal.SIGABRT)
            return True
        self.code = self._judge(self._process.returncode)
        return self.code is None

    def end(self) -> None:
        """Interrupts it, and waits until it has taken down what it set up; kills it when it does not."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(_LONGEST_END_S)
            except subprocess.TimeoutExpired:
                self._end_process(signal.SIGKILL)

    def results(self) -> dict[str, journal.Result]:
        """How each test of the share ended."""
        found = journal.read(self.journal).tests
        return found | {name: journal.Result("failed") for name in self.died}

    def _start(self) -> subprocess.Popen[bytes]:
        self._begun = len(journal.read(self.journal).tests)
        # A session of its own: an interrupt from the keyboard reaches it once, from us.
        with self.log.open("ab") as output:
            return subprocess.Popen(
                self._command,
                cwd=self._root,
                env={**os.environ, journal.VARIABLE: str(self.journal)},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def _judge(self, code: int) -> int | None:
        """The share's exit code; None when it has been begun anew."""
        state = journal.read(self.journal)
        if state.running is None and (code in (0, 1, NOTHING_COLLECTED, _AT_FAULT, *_ENDED_BY_PYTEST)):
            if self.died:
                return 1
            return code
        if state.running is not None and code in _ENDED_BY_PYTEST:
            return code
        if state.running is None and len(state.tests) == self._begun:
            self.died[f"between the tests of {self.log.name}"] = self._account(code)
            return 1
        self.died[state.running or f"after {list(state.tests)[-1]}"] = self._account(code)
        self._keep_failures(list(state.tests.items())[self._begun :])
        runs.end_leftovers(self._root)
        self._process = self._start()
        return None

    def _keep_failures(self, results: list[tuple[str, journal.Result]]) -> None:
        """Adds to the log why tests failed, which pytest tells at its end, and this one has had none."""
        with self.log.open("a") as log:
            log.writelines(f"\n____ {name} ____\n{result.why}" for name, result in results if result.why)

    def _account(self, code: int) -> str:
        lines = self.log.read_text(errors="replace").splitlines()
        begins = [number for number, line in enumerate(lines) if any(begin in line for begin in _STACKS_BEGIN)]
        stacks = lines[begins[-1] : begins[-1] + _MOST_LINES] if begins else lines[-5:]
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return "\n".join([f"its process ended with it ({how}); the others went on in a new one", *stacks])

    def _end_process(self, number: signal.Signals) -> None:
        # Stopped, it would not hear the first.
        self._process.send_signal(signal.SIGCONT)
        self._process.send_signal(number)
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
