"""Starts one component: `python -m services.common.runtime.launch services.billing.service`.

The module has one class with a nameko `name`. SIGTERM and SIGINT stop it gracefully within the settings' grace, broker or no broker.
"""

import eventlet
import prometheus_client  # noqa: F401 - before the patching: its locks are held for an addition, and a real one costs the tenth of a green one

eventlet.monkey_patch()

import gc  # noqa: E402
import importlib  # noqa: E402
import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402
from typing import Any  # noqa: E402

from services.common.bus import host_names  # noqa: E402
from services.common.kernel import clock  # noqa: E402
from services.common.observability import traces  # noqa: E402
from services.common.observability.logs import get_logger, set_up_logs  # noqa: E402
from services.common.runtime.container import Container  # noqa: E402
from services.common.settings import Settings  # noqa: E402

host_names.keep_none()

TICK_S = 0.1
YOUNG_OBJECTS = 20_000  # before the collector looks for cycles among them; Python's 700 are reached by a dozen calls


def service_class(module_name: str) -> Any:
    """Finds the one service class that a module defines; raises LookupError if there is none or more than one."""
    module = importlib.import_module(module_name)
    found = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and value.__module__ == module_name and getattr(value, "name", None)
    ]
    if len(found) != 1:
        raise LookupError(f"{module_name} defines {len(found)} service classes, not one")
    return found[0]


def make_container(service: Any, settings: Settings) -> Container:
    """Makes the nameko container of a service; as many workers as calls and events may be under way together.

    Twice as many: after a lost link the broker delivers again what the workers still have in hand, and a link that waits for a
    free worker does not beat.
    """
    workers = 2 * (settings.rpc_concurrency + settings.event_concurrency) + 8
    return Container(service, settings, workers)


def spare_the_collector() -> None:
    """Sets aside what the process holds when it has started: modules, contracts, the profile. They stay, so no look at them is worth it."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS)


def run(module_name: str) -> None:
    """Runs the component until it is told to stop."""
    service = service_class(module_name)
    settings = Settings.from_environment(service.name)
    set_up_logs(settings.component, settings.log_level)
    clock.follow(settings.clock_file)
    traces.set_up(settings.component, settings.optional_http(traces.ENDPOINT))
    log = get_logger("launch")
    container = make_container(service, settings)

    def stop(signum: int, _frame: object) -> None:
        log.info("stopping", signal=signum)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)  # once is enough: extensions do not bear to be stopped twice
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        eventlet.spawn_n(stop_within_grace)

    def stop_within_grace() -> None:
        try:
            with eventlet.Timeout(settings.stop_grace_s, False):
                container.stop()
                return
            log.warning("stopped-hard", grace_s=settings.stop_grace_s)
        except Exception:
            log.exception("stop-failed")
        os._exit(1)

    def tick() -> None:
        # A signal does not end the hub's wait for the network: what its handler spawns would start only with the next frame.
        while True:
            eventlet.sleep(TICK_S)

    eventlet.spawn_n(tick)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    container.start()
    spare_the_collector()
    log.info("started", pid=os.getpid(), health_port=settings.health_port)
    container.wait()
    traces.stop()
    log.info("stopped")


if __name__ == "__main__":
    run(sys.argv[1])
