"""Log lines: one JSON object each on standard output, with the event's name and its time."""

import structlog
from structlog.typing import FilteringBoundLogger


def json_log() -> FilteringBoundLogger:
    """Return a logger whose lines are {"event", "at", "level", …fields}."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        cache_logger_on_first_use=True,
    )
    logger: FilteringBoundLogger = structlog.get_logger()
    return logger
