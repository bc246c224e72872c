"""The stand-in payment provider as a process of its own, and the college’s end of its webhooks."""

import json
import os
import socket
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import requests

from tests.support.waiting import PATIENCE_S, until

ROOT = Path(__file__).parents[2]


KEY, SECRET = "key-for-tests", "secret-for-tests"


GOOD_CARD = {"card_number": "4242 4242 4242 4242", "expiry": "08/40", "name": "Zoé Tremblay"}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Receiver:
    """The college's end of the webhooks: notes what comes, answers as told (204 when told nothing)."""

    def __init__(self, port):
        self.url = f"http://127.0.0.1:{port}/webhooks/payments"
        self.calls, self.answers = [], []
        self.held_references, self.gate = set(), threading.Event()  # what is answered once the gate is open
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.calls.append((self.headers["Payment-Signature"], body))
                if json.loads(body)["data"]["reference"] in receiver.held_references:
                    receiver.gate.wait()
                self.send_response(receiver.answers.pop(0) if receiver.answers else 204)
                self.end_headers()

            def log_message(self, *args):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def events(self):
        return [json.loads(body) for _, body in self.calls]

    def close(self):
        self.gate.set()
        self._server.shutdown()
        self._server.server_close()


class Provider:
    """The process under test, which can be killed and started again on the same folder."""

    def __init__(self, folder, webhook_port):
        self.port, self.folder, self._webhook_port = free_port(), folder, webhook_port
        self.base = f"http://127.0.0.1:{self.port}"
        self.log_path = folder / "stdout.log"
        self.start()

    def start(self):
        environment = os.environ | {
            "PAYMENT_PROVIDER_PORT": str(self.port),
            "PAYMENT_API_KEY": KEY,
            "PAYMENT_WEBHOOK_SECRET": SECRET,
            "PAYMENT_WEBHOOK_URL": f"http://127.0.0.1:{self._webhook_port}/webhooks/payments",
            "PAYMENT_PROVIDER_DATA": str(self.folder / "data"),
        }
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.stand_ins.payment_provider"], cwd=ROOT, env=environment, stdout=log
            )
        until(self._ready)

    def _ready(self):
        assert self.process.poll() is None, self.log_path.read_text()
        try:
            return requests.get(f"{self.base}/readyz", timeout=PATIENCE_S).ok
        except requests.ConnectionError:
            return False

    def kill(self):
        self.process.kill()
        self.process.wait()

    def call(self, method, path, **options):
        headers = {"Authorization": f"Bearer {KEY}"} | options.pop("headers", {})
        return requests.request(method, f"{self.base}/v1{path}", headers=headers, timeout=PATIENCE_S, **options)

    def checkout(self, **changes):
        return self.call("POST", "/checkouts", json=order(**changes)).json()

    def pay_on_page(self, checkout, **changes):
        return requests.post(checkout["url"], data=GOOD_CARD | changes, allow_redirects=False, timeout=PATIENCE_S)

    def pay(self, checkout, **amount):
        return self.call("POST", "/sandbox/payments", json={"checkout_id": checkout["id"], **amount})

    def status(self, checkout):
        return self.call("GET", f"/checkouts/{checkout['id']}").json()

    def events(self):
        return self.call("GET", "/events?limit=1000").json()["events"]


def order(**changes):
    return {
        "amount_cents": 56500, "currency": "CAD", "reference": "INV-0001", "description": "Registration <2026>",
        "language": "fr", "success_url": "http://college.test/pay/done?invoice=1", "cancel_url": "http://college.test/back",
    } | changes  # fmt: skip
