"""What tests leave behind on the engines, removed while the next ones run: nobody waits for a database to go."""

from collections.abc import Callable

import eventlet
from eventlet.queue import Queue

AT_ONCE = 3  # the broker, and the databases of two services


class Clearing:
    """Does what is put off, a few things at once; a failure is told at the end."""

    def __init__(self) -> None:
        self._waiting: Queue[Callable[[], None]] = Queue()
        self._failures: list[Exception] = []
        self._workers = [eventlet.spawn(self._work) for _ in range(AT_ONCE)]

    def put_off(self, removal: Callable[[], None]) -> None:
        """Does it some time later."""
        self._waiting.put(removal)

    def wait(self) -> None:
        """Waits until all that was put off is done."""
        self._waiting.join()

    def finish(self) -> None:
        """Waits until all is done; raises the first failure."""
        self._waiting.join()
        for worker in self._workers:
            worker.kill()
        if self._failures:
            raise self._failures[0]

    def _work(self) -> None:
        while True:
            removal = self._waiting.get()
            try:
                removal()
            except Exception as error:  # raised at the end
                self._failures.append(error)
            finally:
                self._waiting.task_done()
