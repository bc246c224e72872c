"""The manifests fit together, and what would not is named: all without a cluster."""

import json
import os
import re
import shutil
import subprocess
from copy import deepcopy

import pytest
import yaml

from deploy.docker.secrets import ContainerSecrets
from deploy.kubernetes.check import faults, image_settings
from deploy.kubernetes.definitions import clustered
from deploy.kubernetes.render import FOLDER, OVERLAYS, containers, overlay, pod
from services.contracts.topology import SERVICES, Plan
from tests.support.waiting import PATIENCE_S


def _one(resources, kind, name):
    (found,) = [each for each in resources if (each["kind"], each["metadata"]["name"]) == (kind, name)]
    return found


@pytest.mark.parametrize("name", OVERLAYS)
def test_an_overlay_has_no_fault(name):
    assert faults(overlay(name)) == []


@pytest.mark.parametrize("name", OVERLAYS)
def test_our_reading_of_an_overlay_is_that_of_kustomize(name):
    program = os.environ.get("KUSTOMIZE") or shutil.which("kustomize")
    if not program:
        pytest.skip("no kustomize here (KUSTOMIZE=path names one): the overlays are read by our own resolver alone")
    done = subprocess.run(
        [program, "build", FOLDER / "overlays" / name], capture_output=True, text=True, check=True, timeout=PATIENCE_S
    )
    real = [each for each in yaml.safe_load_all(done.stdout) if each]
    assert _in_order(real) == _in_order(overlay(name))


def _in_order(value):
    """Puts lists whose order means nothing into one order."""
    if isinstance(value, dict):
        return {key: _in_order(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return sorted((_in_order(inner) for inner in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def _break_probe(resources):
    del containers(_one(resources, "Deployment", "registry"))[0]["readinessProbe"]


def _break_root(resources):
    containers(_one(resources, "Deployment", "qa"))[0]["securityContext"]["readOnlyRootFilesystem"] = False


def _break_setting(resources):
    container = containers(_one(resources, "Deployment", "billing"))[0]
    container["env"] = [each for each in container["env"] if each["name"] != "PAYMENT_API_KEY_FILE"]


def _break_secret(resources):
    resources.remove(_one(resources, "ExternalSecret", "identity"))


def _break_key(resources):
    del _one(resources, "ConfigMap", "college")["data"]["SMTP_HOST"]


def _break_account(resources):
    pod(_one(resources, "Deployment", "gateway"))["serviceAccountName"] = "nobody"


def _break_schema(resources):
    _one(resources, "ScaledObject", "registry")["spec"]["minReplicas"] = 2


def _break_core(resources):
    containers(_one(resources, "Deployment", "qa"))[0]["imagePulPolicy"] = "Always"


def _break_pooler(resources):
    _one(resources, "Pooler", "database")["spec"]["pgbouncer"]["poolMode"] = "transaction"


def _break_budget(resources):
    resources.remove(_one(resources, "PodDisruptionBudget", "identity"))


def _break_deny(resources):
    resources.remove(_one(resources, "NetworkPolicy", "default-deny"))


def _break_policy(resources):
    _one(resources, "NetworkPolicy", "billing-to-provider")["spec"]["podSelector"] = {
        "matchLabels": {"app.kubernetes.io/name": "bill"}
    }


def _break_migration(resources):
    resources.remove(_one(resources, "Job", "migrate-qa"))


def _break_version(resources):
    containers(_one(resources, "Deployment", "gateway"))[0]["image"] = "college:latest"


@pytest.mark.parametrize(
    ("breaks", "said"),
    [
        (_break_probe, "Deployment registry: has no readinessProbe"),
        (_break_root, "Deployment qa: may gain rights, or write to its own files"),
        (_break_setting, "Deployment billing: is not given PAYMENT_API_KEY"),
        (_break_secret, "Deployment identity: names the Secret identity, which is not there"),
        (_break_key, "names SMTP_HOST of the ConfigMap college, which does not have it"),
        (_break_account, "names the ServiceAccount nobody, which is not there"),
        (_break_schema, "'minReplicas' was unexpected"),
        (
            _break_core,
            "Deployment qa: spec.template.spec.containers.0: Additional properties are not allowed ('imagePulPolicy' was",
        ),
        (_break_pooler, "'transaction' is not one of ['session']"),
        (_break_budget, "Deployment identity: has no PodDisruptionBudget"),
        (_break_deny, "not everything is forbidden that is not allowed"),
        (_break_policy, "NetworkPolicy billing-to-provider: speaks of no pod that there is"),
        (_break_migration, "services, migrations and databases differ"),
        (_break_version, "the image college:latest names no version"),
    ],
)
def test_what_does_not_fit_is_named(breaks, said):
    resources = deepcopy(overlay("large"))
    breaks(resources)
    assert any(said in fault for fault in faults(resources)), faults(resources)


def test_a_broker_or_database_that_is_away_is_no_reason_to_start_a_pod_anew():
    for resource in overlay("small"):
        for container in containers(resource):
            if "livenessProbe" in container:
                assert container["livenessProbe"]["httpGet"]["path"] == "/healthz"
                assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_every_queue_that_a_service_reads_counts_for_its_scale():
    (trigger,) = _one(overlay("small"), "ScaledObject", "registry")["spec"]["triggers"]
    wanted = {name for name in Plan().parts().queues if name == "rpc-registry" or name.startswith("events.registry.")}
    pattern = re.compile(trigger["metadata"]["queueName"])
    assert {name for name in Plan().parts().queues if pattern.search(name)} == wanted


def test_the_services_time_limits_hold_behind_a_pooler_too():
    statements = _one(overlay("large"), "Cluster", "postgres")["spec"]["bootstrap"]["initdb"]["postInitSQL"]
    for service in SERVICES:
        for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            assert any(line.startswith(f"ALTER ROLE {service} SET {limit} =") for line in statements)


def test_on_a_cluster_calls_and_events_survive_a_node_and_dead_letters_can_be_looked_at_often(tmp_path):
    held = ContainerSecrets(tmp_path)
    held.make()
    kinds = {
        queue["name"]: queue["arguments"].get("x-queue-type", "classic") for queue in clustered(held.definitions())["queues"]
    }
    assert {kind for name, kind in kinds.items() if not name.startswith("dead.")} == {"quorum"}
    assert {kind for name, kind in kinds.items() if name.startswith("dead.")} == {"classic"}


def test_the_images_settings_are_read_from_the_dockerfile():
    assert {"FILES_ROOT", "TOPOLOGY", "HTTP_PORT", "HEALTH_PORT"} <= image_settings()
