"""Writes Grafana's dashboards from a list of panels: `python -m deploy.monitoring.dashboards` (a test holds that the files are fresh).

A dashboard as Grafana saves it is some thousand lines of which a dozen say something; these dozen are here.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent / "dashboards"
_SOURCE = {"type": "prometheus", "uid": "${source}"}
_WIDE, _HIGH, _COLUMNS = 8, 8, 24


@dataclass(frozen=True)
class Panel:
    """One graph: a title, what it shows with the legend of each line, and the unit."""

    title: str
    lines: tuple[tuple[str, str], ...]
    unit: str = "short"


def _quantile(share: str, metric: str, by: str) -> str:
    return f"histogram_quantile({share}, sum by (le, {by}) (rate({metric}_bucket[5m])))"


COLLEGE = (
    Panel("Requests a second", (("sum by (status) (rate(college_http_requests_total[5m]))", "{{status}}"),), "reqps"),
    Panel(
        "Slowest twentieth of answers, by address",
        ((_quantile("0.95", "college_http_request_duration_seconds", "route"), "{{route}}"),),
        "s",
    ),
    Panel("Requests under way", (("sum by (instance) (college_http_requests_under_way)", "{{instance}}"),)),
    Panel("Connections to gateways", (("sum by (instance) (college_http_connections)", "{{instance}}"),)),
    Panel("Calls a second", (("sum by (service) (rate(college_calls_total[5m]))", "{{service}}"),), "reqps"),
    Panel(
        "Calls that failed",
        (('sum by (service, code) (rate(college_calls_total{code!="ok"}[5m]))', "{{service}} {{code}}"),),
        "reqps",
    ),
    Panel("Slowest twentieth of calls", ((_quantile("0.95", "college_call_duration_seconds", "service"), "{{service}}"),), "s"),
    Panel(
        "Calls refused",
        (("sum by (service, reason) (rate(college_calls_refused_total[5m]))", "{{service}} {{reason}}"),),
        "reqps",
    ),
    Panel(
        "Messages not believed",
        (("sum by (service, kind, reason) (increase(college_messages_refused_total[15m]))", "{{service}} {{kind}} {{reason}}"),),
    ),
    Panel(
        "Workers in use",
        (("sum by (service) (college_workers_in_use) / sum by (service) (college_workers_limit)", "{{service}}"),),
        "percentunit",
    ),
    Panel("CPU", (("rate(process_cpu_seconds_total[5m])", "{{instance}}"),), "percentunit"),
    Panel("Memory", (("process_resident_memory_bytes", "{{instance}}"),), "bytes"),
)
FACTS = (
    Panel("Paid, not final yet", (("max(college_paid_not_final)", "invoices"),)),
    Panel("Oldest that is paid and not final", (("max(college_paid_not_final_oldest_seconds)", "age"),), "s"),
    Panel(
        "From payment to its effect",
        (
            (_quantile("0.5", "college_finalisation_wait_seconds", "job"), "half"),
            (_quantile("0.95", "college_finalisation_wait_seconds", "job"), "slowest twentieth"),
        ),
        "s",
    ),
    Panel("Told again", (("sum by (by) (increase(college_finalisations_replayed_total[1h]))", "{{by}}"),)),
    Panel("Announced", (("sum by (type) (rate(college_events_announced_total[5m]))", "{{type}}"),), "ops"),
    Panel("Handled", (("sum by (service, outcome) (rate(college_events_handled_total[5m]))", "{{service}} {{outcome}}"),), "ops"),
    Panel("Tried again", (("sum by (service, type) (rate(college_events_retried_total[5m]))", "{{service}} {{type}}"),), "ops"),
    Panel(
        "Dead letters",
        (
            ("max by (service) (college_dead_letters)", "{{service}}"),
            ("sum by (service) (increase(college_events_parked_total[1h]))", "{{service}}, new within the hour"),
        ),
    ),
    Panel(
        "Age of the oldest announcement not sent",
        (("max by (service) (college_outbox_oldest_unsent_seconds)", "{{service}}"),),
        "s",
    ),
    Panel("Announcements not sent", (("max by (service) (college_outbox_unsent)", "{{service}}"),)),
    Panel(
        "Slowest twentieth of handlers", ((_quantile("0.95", "college_event_duration_seconds", "service"), "{{service}}"),), "s"
    ),
    Panel("Mail", (("sum by (delivery) (rate(college_mail_attempts_total[5m]))", "{{delivery}}"),), "ops"),
    Panel("Mail not sent", (("max by (delivery) (college_mails_not_sent)", "{{delivery}}"),)),
)
ENGINES = (
    Panel("Messages that wait", (("topk(15, max by (queue) (rabbitmq_detailed_queue_messages_ready) > 0)", "{{queue}}"),)),
    Panel("Broker’s connections", (("sum(rabbitmq_connections)", "connections"),)),
    Panel("Delivered again", (("sum(rate(rabbitmq_global_messages_redelivered_total[5m]))", "messages"),), "ops"),
    Panel(
        "Broker’s memory",
        (("rabbitmq_process_resident_memory_bytes", "{{instance}}"), ("min(rabbitmq_resident_memory_limit_bytes)", "limit")),
        "bytes",
    ),
    Panel(
        "Broker’s free disk",
        (("rabbitmq_disk_space_available_bytes", "{{instance}}"), ("max(rabbitmq_disk_space_available_limit_bytes)", "limit")),
        "bytes",
    ),
    Panel("Links to the broker", (("sum by (link) (college_link_up)", "{{link}}"),)),
    Panel("Reconnects", (("sum by (link) (increase(college_link_opened_total[15m]))", "{{link}}"),)),
    Panel(
        "Pauses of relays",
        (
            ("sum by (service) (increase(college_relay_pauses_total[15m]))", "{{service}}"),
            ("sum by (service) (rate(college_relay_batches_total[5m]))", "{{service}}, batches a second"),
        ),
    ),
    Panel(
        "Database connections of services",
        (("sum by (service, pool) (college_database_connections_in_use)", "{{service}} {{pool}}"),),
    ),
    Panel(
        "Database server’s connections",
        (("sum by (datname) (pg_stat_database_numbackends)", "{{datname}}"), ("max(pg_settings_max_connections)", "limit")),
    ),
    Panel("Transactions", (("sum by (datname) (rate(pg_stat_database_xact_commit[5m]))", "{{datname}}"),), "ops"),
    Panel("Size of databases", (("pg_database_size_bytes", "{{datname}}"),), "bytes"),
    Panel(
        "Measurements that failed",
        (("sum by (instance, what) (increase(college_scrape_failures_total[1h]))", "{{instance}} {{what}}"),),
    ),
)
DASHBOARDS = {
    "college": ("College", COLLEGE),
    "facts": ("College: facts on their way", FACTS),
    "engines": ("College: engines", ENGINES),
}


def dashboard(name: str) -> dict[str, Any]:
    """Gives a dashboard as Grafana imports it."""
    title, panels = DASHBOARDS[name]
    source = {"name": "source", "label": "Prometheus", "type": "datasource", "query": "prometheus"}
    return {
        "uid": f"college-{name}",
        "title": title,
        "tags": ["college"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "30s",
        "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [source]},
        "panels": [_panel(number, panel) for number, panel in enumerate(panels)],
    }


def _panel(number: int, panel: Panel) -> dict[str, Any]:
    across = _COLUMNS // _WIDE
    return {
        "id": number + 1,
        "type": "timeseries",
        "title": panel.title,
        "datasource": _SOURCE,
        "gridPos": {"x": number % across * _WIDE, "y": number // across * _HIGH, "w": _WIDE, "h": _HIGH},
        "fieldConfig": {"defaults": {"unit": panel.unit, "min": 0}, "overrides": []},
        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}},
        "targets": [
            {"refId": chr(ord("A") + place), "datasource": _SOURCE, "expr": expression, "legendFormat": legend}
            for place, (expression, legend) in enumerate(panel.lines)
        ],
    }


def text(name: str) -> str:
    """Gives a dashboard as its file holds it."""
    return json.dumps(dashboard(name), indent=1, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes every file."""
    FOLDER.mkdir(exist_ok=True)
    for name in DASHBOARDS:
        (FOLDER / f"{name}.json").write_text(text(name))
    return 0


if __name__ == "__main__":
    sys.exit(main())
