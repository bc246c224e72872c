"""The way of an event through the services, read from their logs by its correlation id."""

from datetime import datetime
from pathlib import Path

from deploy.local.tools import log_view


def trail(logs: Path, event: str, since: float) -> list[str]:
    """Tells who announced the newest `event` since the instant `since`, and what followed from it, with milliseconds from its announcement."""
    announced = [
        line
        for line in log_view.read(logs, log_view.Choice())
        if line.fields.get("event") == "event-announced" and line.fields.get("type") == event and _instant(line) >= since
    ]
    if not announced:
        return [f"{event} is in no log yet"]
    first = announced[-1]
    told = []
    for line in log_view.read(logs, log_view.Choice(correlation=first.fields["correlation_id"])):
        after = (_instant(line) - _instant(first)) * 1000
        name = line.fields.get("event")
        if after < 0 or name not in {"event-announced", "event-handled"}:
            continue
        what = "announces" if name == "event-announced" else "has handled"
        by = f" in {line.fields['handler']}" if "handler" in line.fields else ""
        told.append(f"{after:>5.0f} ms  {line.fields.get('component', line.source)} {what} {line.fields['type']}{by}")
    return told


def _instant(line: log_view.Line) -> float:
    return datetime.fromisoformat(line.time).timestamp()
