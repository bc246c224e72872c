"""Stock nameko 2.14, as its documentation has it: `@http` and RpcProxy in one process, `@rpc` in another.

`python -m tests.benchmarks.bus.stock web PORT | echo`.
"""

import eventlet

eventlet.monkey_patch()

import os  # noqa: E402
import sys  # noqa: E402

from nameko.containers import ServiceContainer  # noqa: E402
from nameko.rpc import RpcProxy, rpc  # noqa: E402
from nameko.web.handlers import http  # noqa: E402

WORKERS = 64


class StockEcho:
    """Answers."""

    name = "stock_echo"

    @rpc
    def echo(self, text):
        return {"text": text}


class StockWeb:
    """Asks on behalf of HTTP clients."""

    name = "stock_web"
    service = RpcProxy("stock_echo")

    @http("GET", "/echo/<text>")
    def echo(self, _request, text):
        import json

        return 200, {"Content-Type": "application/json"}, json.dumps(self.service.echo(text))

    @http("GET", "/static")
    def static(self, _request):
        return 200, {"Content-Type": "application/json"}, '{"text":"hello"}'


if __name__ == "__main__":
    config = {"AMQP_URI": os.environ["AMQP_URI"], "max_workers": WORKERS, "parent_calls_tracked": 10}
    if sys.argv[1] == "web":
        config["WEB_SERVER_ADDRESS"] = f"127.0.0.1:{sys.argv[2]}"
    container = ServiceContainer(StockWeb if sys.argv[1] == "web" else StockEcho, config)
    container.start()
    container.wait()
