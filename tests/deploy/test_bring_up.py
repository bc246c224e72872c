"""Bringing engines and a site up together: what runs beside what, and what is left behind when the broker does not start."""

from pathlib import Path

import pytest

from deploy.local.college.bring_up import bring_up
from deploy.local.college.components import Component
from deploy.local.college.site import Site
from deploy.local.engines import broker
from deploy.local.engines.engines import Engines
from deploy.local.errors import EngineFailed

BILLING = Component(
    "billing",
    ("tests.deploy.tiny_component", "good"),
    frozenset({"HEALTH_PORT", "DATABASE_URL"}),
    migration=("tests.deploy.tiny_migration", "good"),
)


def test_services_load_while_the_broker_boots_and_none_is_left_where_it_does_not(
    engines: Engines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[str] = []
    own = Engines(tmp_path / ".run", said.append, packages=engines.packages)
    site = Site(own, "main", components={"billing": BILLING})
    try:
        bring_up(own, site, 60)
        assert site.is_up()
        order = [line.partition(" ready")[0].strip() for line in said if " ready" in line]
        assert order == ["postgresql", "databases", "rabbitmq", "billing 1"]
        first = site.pids("billing")
        own.broker.kill()
        monkeypatch.setitem(broker.LIMITS, "no.such.setting", "1")
        with pytest.raises(EngineFailed, match="did not start"):
            bring_up(own, site, 60)
        assert site.pids("billing") == first, "what ran before is not ended by a start that fails"
        site.stop()
        with pytest.raises(EngineFailed, match="did not start"):
            bring_up(own, site, 60)
        assert not site.running()
    finally:
        site.stop()
        own.destroy()
