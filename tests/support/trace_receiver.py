"""A small collector of traces: OTLP over HTTP, as the protocol says it, on a port of its own."""

import gzip
from dataclasses import dataclass
from typing import Any

import eventlet
from eventlet import wsgi
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from tests.support.waiting import until


@dataclass(frozen=True)
class Received:
    """One span as it arrived."""

    component: str
    name: str
    trace: str
    id: str
    parent: str
    failed: str
    attributes: dict[str, Any]


class TraceReceiver:
    """Takes what processes send. `raw` is all of it, byte by byte."""

    def __init__(self) -> None:
        self.spans: list[Received] = []
        self.raw = b""
        self._listener = eventlet.listen(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = eventlet.spawn(wsgi.server, self._listener, self._take, log_output=False)

    def named(self, name: str) -> list[Received]:
        """Waits until at least one span of this name has arrived, and gives those that have."""
        return until(lambda: [span for span in self.spans if span.name == name], f"the span {name}")

    def up(self, span: Received) -> list[Received]:
        """Gives the spans above one, nearest first; waits for those still under way."""
        found = []
        while span.parent:
            (span,) = self._of_id(span.parent)
            found.append(span)
        return found

    def close(self) -> None:
        """Takes no more."""
        self._server.kill()
        self._listener.close()

    def _of_id(self, wanted: str) -> list[Received]:
        return until(lambda: [span for span in self.spans if span.id == wanted], f"the span {wanted}")

    def _take(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        assert environ["PATH_INFO"] == "/v1/traces"
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        body = gzip.decompress(body) if environ.get("HTTP_CONTENT_ENCODING") == "gzip" else body
        self.raw += body
        for process in ExportTraceServiceRequest.FromString(body).resource_spans:
            component = {each.key: each.value.string_value for each in process.resource.attributes}["service.name"]
            for scope in process.scope_spans:
                self.spans += [_read(component, span) for span in scope.spans]
        start_response("200 OK", [("Content-Type", "application/x-protobuf")])
        return [b""]


def _read(component: str, span: Any) -> Received:
    attributes = {each.key: getattr(each.value, each.value.WhichOneof("value")) for each in span.attributes}
    ids = (span.trace_id.hex(), span.span_id.hex(), span.parent_span_id.hex())
    return Received(component, span.name, *ids, span.status.message, attributes)
