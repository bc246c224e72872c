"""What an overlay comes to: resources, patches, images and the namespace, as kustomize resolves them.

Only what our own files use; where the real kustomize is at hand a test compares the two.
"""

from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

Resource = dict[str, Any]
FOLDER = Path(__file__).resolve().parent
OVERLAYS = ("small", "large")
# By which member the entries of a list are told apart (of core kinds; lists of custom kinds are replaced whole).
_KEYS = {"containers": "name", "env": "name", "volumes": "name", "volumeMounts": "mountPath", "ports": "containerPort"}
_CORE = ("apps/v1", "batch/v1", "v1")


def overlay(name: str) -> list[Resource]:
    """Gives the resources of an overlay."""
    return render(FOLDER / "overlays" / name)


def render(folder: Path) -> list[Resource]:
    """Gives the resources that a folder's kustomization.yaml comes to."""
    plan = yaml.safe_load((folder / "kustomization.yaml").read_text())
    found: list[Resource] = []
    for name in plan["resources"]:
        path = folder / name
        found += render(path) if path.is_dir() else read(path)
    for patch in plan.get("patches", []):
        (change,) = read(folder / patch["path"])
        change["metadata"].pop("name")
        matching = [resource for resource in found if _matches(resource, patch["target"])]
        if not matching:
            raise LookupError(f"{folder.name}: the patch {patch['path']} meets nothing")
        for resource in matching:
            merged = _merged(resource, change, resource["apiVersion"] in _CORE)
            resource.clear()
            resource.update(merged)
    for resource in found:
        if "namespace" in plan:
            resource["metadata"]["namespace"] = plan["namespace"]
        for container in containers(resource):
            for image in plan.get("images", []):
                if container["image"] == image["name"]:
                    container["image"] = f"{image['newName']}:{image['newTag']}"
    return found


def read(path: Path) -> list[Resource]:
    """Gives the documents of a file."""
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def pod(resource: Resource) -> Resource | None:
    """Gives the pod that a Deployment or Job makes."""
    if resource["kind"] not in {"Deployment", "Job"}:
        return None
    found: Resource = resource["spec"]["template"]["spec"]
    return found


def containers(resource: Resource) -> list[Resource]:
    """Gives the containers of the pod that a resource makes."""
    return list((pod(resource) or {}).get("containers", []))


def _matches(resource: Resource, target: dict[str, str]) -> bool:
    labels = resource["metadata"].get("labels", {})
    wanted = [pair.split("=") for pair in target.get("labelSelector", "").split(",") if pair]
    return (
        resource["kind"] == target["kind"]
        and target.get("name", resource["metadata"]["name"]) == resource["metadata"]["name"]
        and all(labels.get(key) == value for key, value in wanted)
    )


def _merged(old: Any, new: Any, core: bool, name: str = "") -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        found = deepcopy(old)
        for key, value in new.items():
            found[key] = _merged(found[key], value, core, key) if key in found else deepcopy(value)
        return found
    if core and isinstance(old, list) and isinstance(new, list) and name in _KEYS:
        return list(_merged_by(_KEYS[name], old, new))
    return deepcopy(new)


def _merged_by(key: str, old: list[Resource], new: list[Resource]) -> Iterable[Resource]:
    known = {entry[key]: entry for entry in old}
    for entry in new:
        known[entry[key]] = _merged(known.get(entry[key], {}), entry, True)
    return known.values()
