"""The broker refuses the same wherever it runs, and the runbook says so."""

import pytest
import yaml

from deploy.local.college.settings import REPOSITORY
from deploy.local.engines.broker import LIMITS
from services.contracts.topology import QUEUE_BYTES, USER_LIMITS

MEBIBYTE = 1024 * 1024


def container():
    return (REPOSITORY / "deploy/docker/rabbitmq.conf").read_text()


def cluster():
    spec = yaml.safe_load((REPOSITORY / "deploy/kubernetes/base/broker.yaml").read_text())["spec"]
    return spec["rabbitmq"]["additionalConfig"]


@pytest.mark.parametrize("text", [container, cluster])
def test_a_broker_in_containers_and_on_a_cluster_refuses_what_the_local_one_does(text):
    lines = dict(line.split(" = ", 1) for line in text().splitlines() if " = " in line)
    assert {name: lines.get(name) for name in LIMITS} == LIMITS
    assert {"vm_memory_high_watermark.relative", "disk_free_limit.absolute"} <= lines.keys()


def test_the_runbook_says_each_limit():
    told = (REPOSITORY / "deploy/README.md").read_text().split("## What the broker refuses\n")[1].split("\n## ")[0]
    assert all(f"`{name}`" in told for name in LIMITS)
    assert f"{USER_LIMITS['max-connections']}, {USER_LIMITS['max-channels']:,}" in told
    assert f"{int(LIMITS['max_message_size']) // MEBIBYTE} MiB" in told
    sizes = {name: most // MEBIBYTE for name, (_, most) in QUEUE_BYTES.items()}
    assert f"calls {sizes['calls']} MiB, facts and delays {sizes['facts'] // 1024} GiB, dead letters {sizes['dead']} MiB" in told
