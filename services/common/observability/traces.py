"""Traces: one thread through the house, from the HTTP request to the mail, for whoever collects them (OpenTelemetry, OTLP over HTTP).

Off, and nothing of it imported, unless OTEL_EXPORTER_OTLP_ENDPOINT names a collector. Calls carry the W3C `traceparent` as a header and events
in their envelope, so that an event goes on in the trace of the use case that announced it, however late it is relayed. What comes
from outside the house is not believed: a request begins a trace of its own. Spans hold names from contracts and code, codes, numbers and
correlation ids, and nothing of a person.
"""

from typing import Protocol

from services.common.observability.spans import Kind, Span

ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT"
NOTHING = Span()


class Exporter(Protocol):
    """What measures spans and sends them: `trace_export.py`, imported only where traces are on."""

    def stop(self) -> None:
        """Sends what has not been sent."""

    def span(self, name: str, kind: Kind, parent: str | None) -> Span:
        """Opens a span; see `span` below."""

    def onward(self) -> dict[str, str]:
        """Gives the traceparent of the span that is open."""


_exporter: Exporter | None = None


def set_up(component: str, endpoint: str) -> None:
    """Begins to trace this process where `endpoint`, what ENDPOINT gives, names a collector."""
    global _exporter  # noqa: PLW0603 - a process is traced as a whole or not at all
    if endpoint:
        from services.common.observability.trace_export import SpanExporter

        _exporter = SpanExporter(component)


def stop() -> None:
    """Sends what has not been sent; waits for at most two seconds."""
    if _exporter is not None:
        _exporter.stop()


def span(name: str, kind: Kind, parent: str | None = None) -> Span:
    """Opens a span below the one that is open here; or below `parent`, a traceparent from elsewhere; or, with ROOT, in a trace of its own."""
    return NOTHING if _exporter is None else _exporter.span(name, kind, parent)


def onward() -> dict[str, str]:
    """Gives the traceparent that goes on with a message; nothing where no span is open."""
    return {} if _exporter is None else _exporter.onward()
