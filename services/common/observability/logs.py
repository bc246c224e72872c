"""Structured logs: one JSON object a line, an event name with fields, and the correlation id of the request that caused it."""

import json
import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import orjson
import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

__all__ = ["bind_contextvars", "clear_contextvars", "get_logger", "set_up_logs"]


def get_logger(name: str) -> structlog.stdlib.BoundLogger:
    """Gives a logger whose lines carry `name` as their module."""
    given: structlog.stdlib.BoundLogger = structlog.get_logger(module=name)
    return given


def set_up_logs(component: str, level: str = "INFO") -> None:
    """Sends the logs of this process, libraries' included, to standard output as JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        _component(component),
    ]
    # Local variables may hold passwords, tokens and people's answers: traces tell where, not what.
    traces = structlog.processors.ExceptionRenderer(structlog.tracebacks.ExceptionDictTransformer(show_locals=False))
    structlog.configure(
        processors=[*shared, traces, structlog.processors.JSONRenderer(serializer=_json, default=str)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=lambda *_: _Lines(sys.stdout.buffer),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                traces,
                structlog.processors.JSONRenderer(default=str),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _json(event: dict[str, Any], default: Any) -> bytes:
    try:
        return orjson.dumps(event, default=default)
    except TypeError:  # half of a surrogate pair, a number of more than 64 bits, a key that is no text: rare, and slower
        return json.dumps(event, default=default, skipkeys=True, separators=(",", ":")).encode()


class _Lines:
    """Writes lines whole. No lock of its own: greenlets do not take turns within a write, and the stream has one for threads."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def msg(self, line: bytes) -> None:
        """Writes one line, and leaves nothing in a buffer."""
        self._stream.write(line + b"\n")
        self._stream.flush()

    log = debug = info = warning = error = exception = critical = fatal = msg


def _component(component: str) -> structlog.typing.Processor:
    def add(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("component", component)
        return event

    return add
