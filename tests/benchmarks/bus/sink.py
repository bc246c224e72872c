"""The listener of the benchmark's events: one row for each event, in the transaction of its inbox."""

import os
import time
from pathlib import Path

from sqlalchemy import event, text

from services.common.bus.events import handles
from services.common.persistence.unit_of_work import UnitOfWork
from services.common.runtime.service import Service
from tests.benchmarks.bus.contracts.bench import BenchHappened

_EFFECT = text("INSERT INTO effects (event_id, number) VALUES (:event_id, :number)")
_log = Path(os.environ["HANDLED_FILE"]).open("a", buffering=1)  # noqa: SIM115 - open as long as the process lives


class Sink(Service):
    """Counts what happened."""

    name = "bench_sink"

    @handles(BenchHappened)
    def count(self, work: UnitOfWork, happened: BenchHappened.Data) -> None:
        """Keeps what happened, and writes down when it was committed; a second delivery changes nothing."""
        work.session.execute(_EFFECT, {"event_id": work.event.id, "number": happened.number})
        event.listen(work.session, "after_commit", lambda _session: _log.write(f"{happened.number} {time.time()}\n"), once=True)
