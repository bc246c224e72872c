"""Run the mail sink: SMTP on one port, the inbox on another, until SIGTERM."""

import signal
import sys
import threading
from typing import Any

from environs import EnvError
from werkzeug.serving import WSGIRequestHandler, make_server

from deploy.stand_ins.mail_sink.app import InboxApp
from deploy.stand_ins.mail_sink.log import json_log
from deploy.stand_ins.mail_sink.settings import read_settings
from deploy.stand_ins.mail_sink.smtp import smtp_server
from deploy.stand_ins.mail_sink.store import MailStore


class QuietHandler(WSGIRequestHandler):
    """werkzeug's handler without its log lines, which a polling test would fill the log with, and without Nagle's delay."""

    disable_nagle_algorithm = True

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def main() -> int:
    """Serve until SIGTERM or SIGINT. Returns 1 when the environment, the folder or the port does not allow a start."""
    log = json_log()
    try:
        settings = read_settings()
        store = MailStore(settings.data)
        smtp = smtp_server(store, settings.smtp_host, settings.smtp_port, log)
        smtp.start()
    except (EnvError, OSError) as error:
        log.error("mail_sink_not_started", reason=str(error))
        return 1

    inbox = make_server(
        settings.inbox_host, settings.inbox_port, InboxApp(store, log), threaded=True, request_handler=QuietHandler
    )  # fmt: skip
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    serving = threading.Thread(target=inbox.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    serving.start()
    log.info(
        "mail_sink_ready", smtp=f"{settings.smtp_host}:{settings.smtp_port}",
        inbox=f"http://{settings.inbox_host}:{settings.inbox_port}/",
    )  # fmt: skip
    stop.wait()
    inbox.shutdown()
    smtp.stop()
    log.info("mail_sink_stopped")
    return 0


if __name__ == "__main__":
    sys.exit(main())
