"""Which version runs is said in one place and shown wherever an operator looks."""

import subprocess
import tomllib
from pathlib import Path

import pytest

from deploy.local import __main__ as local
from deploy.local.commit import commit
from services.common.kernel.version import COMMIT, version
from services.common.runtime import health

ROOT = Path(__file__).resolve().parents[3]
NUMBER = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def test_the_version_is_that_of_the_project_and_the_commit_stands_behind_it_where_it_is_known(monkeypatch):
    monkeypatch.delenv(COMMIT, raising=False)
    assert version() == NUMBER
    monkeypatch.setenv(COMMIT, "0123abc")
    assert version() == f"{NUMBER}+0123abc"


def test_a_probe_is_told_the_version_of_whom_it_asked(monkeypatch):
    monkeypatch.setenv(COMMIT, "0123abc")
    told = health.answer("billing", ["no link to the broker"])
    assert told == {
        "component": "billing",
        "version": f"{NUMBER}+0123abc",
        "ready": False,
        "faults": ["no link to the broker"],
    }


@pytest.fixture
def asked_anew():
    commit.cache_clear()
    yield
    commit.cache_clear()


@pytest.mark.usefixtures("asked_anew")
def test_the_operators_command_tells_the_version_and_the_commit_that_is_checked_out(monkeypatch, capsys):
    monkeypatch.delenv(COMMIT, raising=False)
    with pytest.raises(SystemExit) as end:
        local.main(["--version"])
    done = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False, timeout=10
    )
    here = done.stdout.strip()
    assert (end.value.code, capsys.readouterr().out.strip()) == (0, f"{NUMBER}+{here}" if here else NUMBER)


@pytest.mark.usefixtures("asked_anew")
def test_without_git_the_commit_is_not_known_and_nothing_fails(monkeypatch):
    monkeypatch.delenv(COMMIT, raising=False)
    monkeypatch.setenv("PATH", "/nonexistent")
    assert commit() == ""


def test_the_image_holds_the_version_and_is_told_the_commit():
    lines = (ROOT / "deploy/docker/Dockerfile").read_text().splitlines()
    assert "COPY pyproject.toml /srv/college/" in lines
    assert f"ENV {COMMIT}=${{COMMIT}}" in lines
    assert "!pyproject.toml" in (ROOT / ".dockerignore").read_text().splitlines()
    compose = (ROOT / "deploy/docker/compose.yaml").read_text()
    assert compose.count('args: {COMMIT: "${COMMIT:-}"}') == compose.count("dockerfile: deploy/docker/Dockerfile")
