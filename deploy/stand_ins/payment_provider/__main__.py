"""Run the provider: read the journal, resume what was not delivered, serve until SIGTERM."""

import signal
import sys
import threading
from typing import Any

from environs import EnvError
from werkzeug.serving import WSGIRequestHandler, make_server

from deploy.stand_ins.payment_provider.app import ProviderApp
from deploy.stand_ins.payment_provider.checkouts import Checkouts
from deploy.stand_ins.payment_provider.journal import Journal, JournalError
from deploy.stand_ins.payment_provider.log import json_log
from deploy.stand_ins.payment_provider.settings import read_settings
from deploy.stand_ins.payment_provider.webhooks import Deliveries
from services.common.kernel import clock as college_clock


class QuietHandler(WSGIRequestHandler):
    """werkzeug's handler without its own log lines (the application writes ours) and without Nagle's delay."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def main() -> int:
    """Serve until SIGTERM or SIGINT. Returns 1 when the environment or the journal does not allow a start."""
    log = json_log()
    try:
        settings = read_settings()
        college_clock.follow(settings.clock_file)
        journal = Journal(settings.data / "journal.jsonl")
        deliveries = Deliveries(journal, settings.webhook_url, settings.webhook_secret, log)
        checkouts = Checkouts(journal, deliveries)
        for record in journal.replay():
            checkouts.restore(record)
            deliveries.restore(record)
    except (EnvError, JournalError, OSError) as error:
        log.error("provider_not_started", reason=str(error))
        return 1

    app = ProviderApp(checkouts, deliveries, journal, settings.api_key, log)
    server = make_server(settings.host, settings.port, app, threaded=True, request_handler=QuietHandler)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    deliveries.start()
    serving = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    serving.start()
    log.info("provider_ready", host=settings.host, port=settings.port, webhook_url=settings.webhook_url)
    stop.wait()
    deliveries.stop()
    server.shutdown()
    journal.close()
    log.info("provider_stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
