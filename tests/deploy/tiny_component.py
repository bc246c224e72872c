"""A component of a few lines for the operator's tests: answers /readyz; `stubborn` ignores SIGTERM, `broken` ends at once."""

import json
import os
import signal
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any


class Ready(BaseHTTPRequestHandler):
    """Answers every path with 200."""

    def do_GET(self) -> None:
        """Say yes."""
        self.send_response(200)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the log free of requests."""


if __name__ == "__main__":
    kind = sys.argv[1] if len(sys.argv) > 1 else "good"
    if kind == "broken":
        sys.exit("the reason it broke")
    if kind == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print(json.dumps({"event": "ready", "level": "info", "correlation_id": "c-1", "site": os.environ["SITE"]}), flush=True)
    HTTPServer(("127.0.0.1", int(os.environ["HEALTH_PORT"])), Ready).serve_forever()
