"""The nameko container of a component, with as little as possible around each worker.

nameko's own path logs and times every step of a worker on a logger that nobody reads, and makes a chain of call ids that our
correlation id stands for. What a worker is stays nameko's: the service's instance, its dependencies and their life cycle.
"""

import logging
import sys
from collections.abc import Callable
from functools import cached_property
from typing import Any

from nameko.containers import ServiceContainer, WorkerContext
from nameko.extensions import DependencyProvider, Extension
from nameko.timer import Timer

from services.common.bus.events import EventConsumer, EventHandler
from services.common.bus.relay import Relay
from services.common.bus.rpc_server import RpcConsumer, RpcMethod
from services.common.duties.pruning import Pruning
from services.common.kernel.errors import ServiceError
from services.common.observability import spans, traces
from services.common.settings import CALLS, EVENTS, RELAY, TIMERS, Settings

PART_OF: dict[type[Extension], str] = {
    RpcMethod: CALLS,
    RpcConsumer: CALLS,
    EventHandler: EVENTS,
    EventConsumer: EVENTS,
    Relay: RELAY,
    Timer: TIMERS,
    Pruning: TIMERS,
}
log = logging.getLogger(__name__)


class Container(ServiceContainer):
    """Runs workers as nameko does, without the records that nobody reads; and of the service only the parts that the settings name.

    Calls, events, relay and timers of one service can so run in one process or apart, where what one of them does never delays another.
    """

    def __init__(self, service: type, settings: Settings, workers: int) -> None:
        super().__init__(service, {"AMQP_URI": settings.amqp_uri, "max_workers": workers, "settings": settings})
        for group in (self.entrypoints, self.subextensions):
            group.difference_update([extension for extension in group if _part_of(extension) not in {None, *settings.parts}])

    def _run_worker(self, worker_ctx: WorkerContext, handle_result: Callable[..., Any] | None) -> None:
        with self._span_of(worker_ctx) as span:
            self._work(worker_ctx, handle_result, span)

    def _work(self, worker_ctx: WorkerContext, handle_result: Callable[..., Any] | None, span: spans.Span) -> None:
        service, entrypoint = worker_ctx.service, worker_ctx.entrypoint
        for provider in self.dependencies:
            setattr(service, provider.attr_name, provider.get_dependency(worker_ctx))
        for provider in self._hooked["worker_setup"]:
            provider.worker_setup(worker_ctx)
        result = exc_info = None
        try:
            result = getattr(service, entrypoint.method_name)(*worker_ctx.args, **worker_ctx.kwargs)
        except Exception as error:
            expected = isinstance(error, entrypoint.expected_exceptions)
            log.log(
                logging.WARNING if expected else logging.ERROR,
                "%serror handling worker %s: %s",
                "(expected) " if expected else "",
                worker_ctx,
                error,
                exc_info=True,
            )
            exc_info = sys.exc_info()
            span.fail(error.code if isinstance(error, ServiceError) else type(error).__name__)
        if handle_result is not None:
            result, exc_info = handle_result(worker_ctx, result, exc_info)
        for provider in self._hooked["worker_result"]:
            provider.worker_result(worker_ctx, result, exc_info)
        del exc_info  # a cycle otherwise, until the collector comes
        for provider in self._hooked["worker_teardown"]:
            provider.worker_teardown(worker_ctx)

    def _span_of(self, worker_ctx: WorkerContext) -> spans.Span:
        # Goes on in the trace of whoever asked or announced. Timers begin none: most of the time they find nothing.
        entrypoint, parent = worker_ctx.entrypoint, worker_ctx.data.get(spans.PARENT, spans.ROOT)
        if isinstance(entrypoint, RpcMethod):
            return traces.span(f"{self.service_name}.{entrypoint.method_name}", "server", parent)
        if isinstance(entrypoint, EventHandler):
            return traces.span(f"{self.service_name} hears {entrypoint.event.type}", "consumer", parent)
        return traces.NOTHING

    @cached_property
    def _hooked(self) -> dict[str, list[DependencyProvider]]:
        # Only the dependencies that do something at these moments; most do not.
        return {
            hook: [
                provider
                for provider in self.dependencies
                if getattr(type(provider), hook) is not getattr(DependencyProvider, hook)
            ]
            for hook in ("worker_setup", "worker_result", "worker_teardown")
        }


def _part_of(extension: Extension) -> str | None:
    return next((part for kind, part in PART_OF.items() if isinstance(extension, kind)), None)
