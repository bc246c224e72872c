"""Has a file opened by the program that does so (`gateway/opening`), within bounds: so many at once, one of an account, so long.

It happens here, before the store keeps a file: every upload comes through the gateway, by page and by API, of applicants and of staff, and
what is refused leaves nothing to clear away. A process of its own and no thread: libraries in C decode what strangers made, and neither
their end nor their hunger may be the gateway's.
"""

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from weakref import WeakValueDictionary

import eventlet
from eventlet.green import subprocess
from eventlet.semaphore import Semaphore

from gateway.http.errors import FileDamaged, FileHasNoPage, FileNeedsPassword, FilesNotOpened, FileTooComplex, TooManyPixels
from gateway.opening import MOST_PIXELS, NOT_BEGUN, OPENED, Verdict
from services.common.kernel.errors import ServiceError
from services.common.observability.logs import get_logger

AT_ONCE = 2
DEADLINE_S, LONGEST_WAIT_S = 30.0, 30.0
TRY_AGAIN_S = 10
_LONGEST_VERDICT = 100
_ROOT = Path(__file__).resolve().parents[2]
_PROGRAM = (sys.executable, "-P", "-s", "-m", "gateway.opening")
log = get_logger("files")


class FileOpener:
    """The openings of one gateway."""

    def __init__(self, at_once: int = AT_ONCE, deadline_s: float = DEADLINE_S, wait_s: float = LONGEST_WAIT_S) -> None:
        self._places, self._deadline_s, self._wait_s = Semaphore(at_once), deadline_s, wait_s
        self._of_account: WeakValueDictionary[str, Semaphore] = WeakValueDictionary()

    def check(self, file: BinaryIO, media_type: str, account: str) -> None:
        """Raises what keeps people from opening a PDF or a picture, in words that say what to do; another type is let pass unopened.

        Raises FilesNotOpened where that cannot be found out now.
        """
        if media_type not in OPENED:
            return
        with tempfile.TemporaryFile() as written:
            self._run("check", file, media_type, account, written)
            verdict = written.read(_LONGEST_VERDICT).decode("ascii", "replace")
        if verdict == Verdict.GOOD:
            return
        log.info("upload-not-opened", media_type=media_type, verdict=verdict)
        raise _refusal(verdict, media_type)

    def shown(self, file: BinaryIO, account: str) -> BinaryIO:
        """Gives a HEIC as a JPEG in a file without a name, which is gone when it is closed. Raises FileTooComplex, FilesNotOpened."""
        written = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
        try:
            self._run("show", file, "image/heic", account, written)
        except BaseException:
            written.close()
            raise
        return written

    def _run(self, task: str, file: BinaryIO, media_type: str, account: str, written: BinaryIO) -> None:
        with self._place(account):
            code = self._code(task, file, media_type, written)
        if code == NOT_BEGUN:
            log.error("opener-not-begun", media_type=media_type)
            raise FilesNotOpened(retry_after_s=TRY_AGAIN_S)
        if code:
            # Stopped by a limit or by the deadline, or come to grief: whatever the reason, readers would have trouble too.
            log.warning("opener-stopped", task=task, media_type=media_type, exit_code=code)
            raise FileTooComplex()
        written.seek(0)

    def _code(self, task: str, file: BinaryIO, media_type: str, written: BinaryIO) -> int:
        try:
            process = subprocess.Popen(
                [*_PROGRAM, task, media_type],
                stdin=file,
                stdout=written,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env={"PYTHONPATH": str(_ROOT)},
            )
        except OSError as error:
            log.error("opener-not-begun", error=str(error))
            raise FilesNotOpened(retry_after_s=TRY_AGAIN_S) from error
        try:
            return int(process.wait(self._deadline_s))
        except subprocess.TimeoutExpired:
            if _worked_s(process.pid) * 2 < self._deadline_s:  # the machine had no time for it: the file may be a good one
                return NOT_BEGUN
            return -1
        finally:  # also where the request is given up
            if process.poll() is None:
                process.kill()
                process.wait()

    @contextmanager
    def _place(self, account: str) -> Iterator[None]:
        """Holds the account's one place and one of all; raises FilesNotOpened when none is free for long."""
        own = self._of_account.setdefault(account, Semaphore(1))
        deadline = eventlet.Timeout(self._wait_s, FilesNotOpened(retry_after_s=TRY_AGAIN_S))
        try:
            with own, self._places:
                deadline.cancel()
                yield
        finally:
            deadline.cancel()


def _worked_s(process: int) -> float:
    """Seconds of processor that a process has had."""
    told = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _refusal(verdict: str, media_type: str) -> ServiceError:
    match verdict:
        case Verdict.PASSWORD:
            return FileNeedsPassword()
        case Verdict.NO_PAGE:
            return FileHasNoPage()
        case Verdict.TOO_MANY_PIXELS:
            return TooManyPixels(most=MOST_PIXELS[media_type] // 1_000_000)
    return FileDamaged()
