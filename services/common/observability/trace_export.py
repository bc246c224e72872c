"""The part of traces that knows OpenTelemetry; imported only where traces are on. The SDK reads its own variables (OTEL_…) for the rest."""

from types import TracebackType
from typing import Any, cast

import eventlet
from opentelemetry import context, trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from services.common.kernel.errors import ServiceError
from services.common.observability.spans import PARENT, Kind, Span

STOP_S = 2.0
_KINDS = {kind: trace.SpanKind[kind.upper()] for kind in ("server", "client", "consumer", "internal")}
_propagator = TraceContextTextMapPropagator()


class SpanExporter:
    """The tracer of a process. Spans are sent in batches, by a thread of the SDK's own, which eventlet has made a greenlet."""

    def __init__(self, component: str) -> None:
        about = Resource.create({"service.name": component, "service.namespace": "college"})
        self._provider = TracerProvider(resource=about, shutdown_on_exit=False)
        self._provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
        self._tracer = self._provider.get_tracer("college")

    def stop(self) -> None:
        """Sends what waits, for a moment: a collector that is away does not hold up the end of a process."""
        with eventlet.Timeout(STOP_S, False):
            self._provider.shutdown()

    def span(self, name: str, kind: Kind, parent: str | None) -> Span:
        """Opens a span; see `traces.span`."""
        here = None  # the span that is open
        if parent is not None:
            here = _propagator.extract({PARENT: parent}, context.Context())
        return _Measured(self._tracer.start_span(name, here, _KINDS[kind]))

    @staticmethod
    def onward() -> dict[str, str]:
        """Gives the traceparent of the span that is open."""
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        return {PARENT: carrier[PARENT]} if PARENT in carrier else {}


class _Measured(Span):
    """A span that is measured, and the open one while it is entered."""

    def __init__(self, span: trace.Span) -> None:
        self._span, self._token = span, cast(Any, None)

    def __enter__(self) -> "_Measured":
        self._token = context.attach(trace.set_span_in_context(self._span))
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        if error is not None:  # by its code or kind alone: its words may name somebody
            self.fail(error.code if isinstance(error, ServiceError) else type(error).__name__)
        context.detach(self._token)
        self._span.end()

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def tell(self, **values: str | int) -> None:
        self._span.set_attributes({f"college.{name}": value for name, value in values.items()})

    def fail(self, code: str) -> None:
        self._span.set_status(trace.StatusCode.ERROR, code)
