"""The container engine of this machine, by its own commands."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

BASE_IMAGES = ("python:3.11-slim-bookworm", "debian:bookworm-slim", "postgres:15", "rabbitmq:3.13-management")


def why_not() -> str | None:
    """Says why containers cannot run here; None when they can."""
    if not shutil.which("docker"):
        return "there is no docker command"
    if docker("info", "--format", "{{.ServerVersion}}", check=False).returncode:
        return "the docker command reaches no engine (start dockerd)"
    if compose_command() is None:
        return "there is neither `docker compose` nor docker-compose"
    for image in BASE_IMAGES:
        found = docker("image", "inspect", image, check=False).returncode == 0
        if not found and docker("pull", "-q", image, check=False).returncode:
            return f"the image {image} is not here and cannot be pulled"
    return None


def docker(
    *arguments: str, check: bool = True, stdin: str | None = None, timeout: float = 600
) -> subprocess.CompletedProcess[str]:
    """Runs a command of the engine; raises AssertionError with what it said when it fails."""
    return _run(["docker", *arguments], check, stdin, timeout)


def compose_command() -> list[str] | None:
    """The compose command of this machine, whichever of the two it has."""
    if docker("compose", "version", check=False).returncode == 0:
        return ["docker", "compose"]
    return ["docker-compose"] if shutil.which("docker-compose") else None


def compose(*arguments: str, settings: Mapping[str, str], timeout: float = 900) -> str:
    """Runs compose with settings; gives what it printed."""
    command = compose_command()
    assert command
    return _run([*command, *arguments], True, None, timeout, settings).stdout


def inspect(container: str) -> dict[str, Any]:
    """All that the engine knows of a container."""
    found: list[dict[str, Any]] = json.loads(docker("inspect", container).stdout)
    return found[0]


def _run(
    command: list[str], check: bool, stdin: str | None, timeout: float, settings: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    # The classic builder: it needs no plugin, and our Dockerfiles need nothing newer.
    environment = {**os.environ, "DOCKER_BUILDKIT": "0", "COMPOSE_DOCKER_CLI_BUILD": "0", **(settings or {})}
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=timeout, env=environment, check=False)
    assert done.returncode == 0 or not check, f"{' '.join(command)} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done
