"""Do the manifests fit together? `python -m deploy.kubernetes.check` says what does not; no cluster is needed."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import kubernetes_validate
import yaml
from jsonschema import Draft202012Validator

from deploy.kubernetes.render import OVERLAYS, Resource, containers, overlay, pod
from deploy.local.college.components import COLLEGE

CORE = {
    *("v1/ConfigMap", "v1/Service", "v1/ServiceAccount", "v1/PersistentVolumeClaim", "apps/v1/Deployment", "batch/v1/Job"),
    *("policy/v1/PodDisruptionBudget", "networking.k8s.io/v1/NetworkPolicy", "networking.k8s.io/v1/Ingress"),
}
KUBERNETES = "1.31"  # the oldest that a college may run on
OURS = tuple(name for name, component in COLLEGE.items() if "AMQP_URI" in component.settings)
# A person's inbox of the development mail server; a real one has none.
_ONLY_LOCAL = {"MAIL_INBOX_URL", "CLOCK_FILE"}
_DOCKERFILE = Path(__file__).resolve().parents[1] / "docker" / "Dockerfile"
_SCHEMAS = Path(__file__).resolve().parent / "schemas.yaml"
_LONGEST_STOP_S = 10 + 5  # the process's grace, and the pause before it


def faults(resources: list[Resource]) -> list[str]:
    """Names what is wrong with the resources of an overlay; an empty list when nothing is."""
    checks = (_shapes, _pods, _given, _references, _kept_running, _reached, _twice)
    return [fault for check in checks for fault in check(resources)]


def image_settings() -> set[str]:
    """The names of the settings that the image itself gives."""
    text = _DOCKERFILE.read_text()
    return {name for line in re.findall(r"^ENV (?:.*\\\n)*.*$", text, re.M) for name in re.findall(r"\b([A-Z_]+)=", line)}


def missing_settings(component: str, given: Iterable[str]) -> set[str]:
    """The settings that a component needs and is given neither by name nor by file, nor by its image."""
    known = {*given, *image_settings()}
    needed = COLLEGE[component].settings - _ONLY_LOCAL
    return {name for name in needed if name not in known and f"{name}_FILE" not in known}


def _label(resource: Resource) -> str:
    return f"{resource['kind']} {resource['metadata']['name']}"


def _shapes(resources: list[Resource]) -> Iterator[str]:
    schemas = yaml.safe_load(_SCHEMAS.read_text())
    for resource in resources:
        kind = f"{resource['apiVersion']}/{resource['kind']}"
        if kind in schemas["kinds"]:
            shape = {
                "definitions": schemas["definitions"],
                "type": "object",
                "additionalProperties": False,
                **schemas["kinds"][kind],
            }
            for error in Draft202012Validator(shape).iter_errors(resource.get("spec")):
                yield f"{_label(resource)}: {error.json_path}: {error.message}"
        elif kind in CORE:
            yield from (f"{_label(resource)}: {fault}" for fault in _core_faults(json.dumps(resource, sort_keys=True)))
        else:
            yield f"{_label(resource)}: {kind} is not a kind we know"
        if "college/step" not in resource["metadata"].get("labels", {}):
            yield f"{_label(resource)} belongs to no step"


@cache  # by content: the overlays have most resources in common, and reading a kind's schema takes longest
def _core_faults(resource: str) -> tuple[str, ...]:
    try:
        kubernetes_validate.validate(json.loads(resource), KUBERNETES, strict=True)
    except kubernetes_validate.ValidationError as error:
        return (f"{'.'.join(map(str, error.path))}: {error.message}",)
    return ()


def _pods(resources: list[Resource]) -> Iterator[str]:
    for resource in resources:
        about = pod(resource)
        if about is None:
            continue
        serves, who = resource["kind"] == "Deployment", _label(resource)
        security = about.get("securityContext", {})
        if not security.get("runAsNonRoot") or security.get("seccompProfile", {}).get("type") != "RuntimeDefault":
            yield f"{who}: the pod may run as root, or without a seccomp profile"
        if about.get("automountServiceAccountToken") is not False:
            yield f"{who}: the pod is given a token of the cluster"
        if serves and about.get("terminationGracePeriodSeconds", 0) <= _LONGEST_STOP_S:
            yield f"{who}: is killed before it has had its time to stop"
        for container in about["containers"]:
            own = container.get("securityContext", {})
            if own.get("allowPrivilegeEscalation") is not False or not own.get("readOnlyRootFilesystem"):
                yield f"{who}: may gain rights, or write to its own files"
            if own.get("capabilities", {}).get("drop") != ["ALL"]:
                yield f"{who}: keeps capabilities"
            size = container.get("resources", {})
            if not size.get("requests", {}).get("cpu") or not size.get("limits", {}).get("memory"):
                yield f"{who}: asks for no CPU, or has no limit of memory"
            if not re.fullmatch(r"\S+/college:\d+\.\d+\.\d+", container["image"]):
                yield f"{who}: the image {container['image']} names no version"
            for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
                if serves and probe not in container:
                    yield f"{who}: has no {probe}"


def _given(resources: list[Resource]) -> Iterator[str]:
    deployments = {resource["metadata"]["name"]: resource for resource in resources if resource["kind"] == "Deployment"}
    for name in OURS:
        if name not in deployments:
            yield f"{name} is not deployed"
            continue
        given = {variable["name"] for container in containers(deployments[name]) for variable in container["env"]}
        yield from (f"Deployment {name}: is not given {setting}" for setting in sorted(missing_settings(name, given)))


def _references(resources: list[Resource]) -> Iterator[str]:
    there = {(resource["kind"], resource["metadata"]["name"]) for resource in resources}
    there |= {("Secret", resource["spec"]["target"]["name"]) for resource in resources if resource["kind"] == "ExternalSecret"}
    there |= {("Secret", "college-tls")}  # cert-manager's
    settings = {r["metadata"]["name"]: set(r["data"]) for r in resources if r["kind"] == "ConfigMap"}
    for resource in resources:
        for kind, name, key in _named(resource):
            if (kind, name) not in there:
                yield f"{_label(resource)}: names the {kind} {name}, which is not there"
            elif kind == "ConfigMap" and key not in settings[name]:
                yield f"{_label(resource)}: names {key} of the ConfigMap {name}, which does not have it"


def _named(resource: Resource) -> Iterator[tuple[str, str, str]]:
    """Gives the kind, the name, and where there is one the key, of everything that a resource names."""
    members = {
        "serviceAccountName": ("ServiceAccount", None), "secretName": ("Secret", None), "claimName": ("PersistentVolumeClaim", None),
        "secretKeyRef": ("Secret", "name"), "configMapKeyRef": ("ConfigMap", "name"), "passwordSecret": ("Secret", "name"),
        "scaleTargetRef": ("Deployment", "name"), "authenticationRef": ("TriggerAuthentication", "name"),
        "accessKeyId": ("Secret", "name"), "secretAccessKey": ("Secret", "name"), "cluster": ("Cluster", "name"),
    }  # fmt: skip
    for member, value in _members(resource.get("spec", {})):
        if member in members:
            kind, inner = members[member]
            yield kind, value[inner] if inner else value, value.get("key", "") if inner else ""
        elif member == "secretTargetRef":
            yield from (("Secret", reference["name"], reference["key"]) for reference in value)
        elif member == "service" and resource["kind"] == "Ingress":
            yield "Service", value["name"], ""


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from _members(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _members(inner)


def _kept_running(resources: list[Resource]) -> Iterator[str]:
    names = {
        kind: {r["metadata"]["name"] for r in resources if r["kind"] == kind} for kind in ("PodDisruptionBudget", "ScaledObject")
    }
    for resource in resources:
        if resource["kind"] == "Deployment":
            name = resource["metadata"]["name"]
            yield from (f"Deployment {name}: has no {kind}" for kind, found in names.items() if name not in found)
            if "replicas" in resource["spec"]:
                yield f"Deployment {name}: says how many replicas there are, which is KEDA's to say"
    migrated = {r["spec"]["template"]["spec"]["containers"][0]["args"][1] for r in resources if r["kind"] == "Job"}
    databases = {r["metadata"]["name"] for r in resources if r["kind"] == "Database"}
    services = {name for name in OURS if "DATABASE_URL" in COLLEGE[name].settings}
    if not services == migrated == databases:
        yield f"services, migrations and databases differ: {services ^ migrated | services ^ databases}"


def _reached(resources: list[Resource]) -> Iterator[str]:
    policies = {r["metadata"]["name"]: r["spec"] for r in resources if r["kind"] == "NetworkPolicy"}
    if policies.get("default-deny") != {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}:
        yield "not everything is forbidden that is not allowed"
    made = [r["spec"]["template"]["metadata"]["labels"] for r in resources if r["kind"] in {"Deployment", "Job"}]
    foreign = {"cnpg.io/cluster", "cnpg.io/poolerName"}
    for name, policy in policies.items():
        wanted = policy["podSelector"].get("matchLabels", {})
        known = [*made, {"app.kubernetes.io/name": "broker"}]
        if not foreign & wanted.keys() and not any(wanted.items() <= labels.items() for labels in known):
            yield f"NetworkPolicy {name}: speaks of no pod that there is"


def _twice(resources: list[Resource]) -> Iterator[str]:
    names = [_label(resource) for resource in resources]
    yield from (f"{name} is there twice" for name in sorted({name for name in names if names.count(name) > 1}))


def main() -> int:
    """Checks every overlay; 1 when something does not fit."""
    found = [f"{name}: {fault}" for name in OVERLAYS for fault in faults(overlay(name))]
    print("\n".join(found) or f"the manifests of {' and '.join(OVERLAYS)} fit together")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
