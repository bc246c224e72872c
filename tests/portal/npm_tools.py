"""Tools for pages that come from npm: put under `.run/npm` when they are asked for, and never needed by the product or by `make test`."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support.places import ROOT

FOLDER = ROOT / ".run" / "npm"


def installed(name: str, version: str) -> Path:
    """Gives the folder of a package, fetched at this version if it is not there; skips the test, with the reason, where there is no npm."""
    npm, package = shutil.which("npm"), FOLDER / "node_modules" / name
    if npm is None:
        pytest.skip("there is no npm on this machine")
    described = package / "package.json"
    if not described.exists() or json.loads(described.read_text())["version"] != version:
        FOLDER.mkdir(parents=True, exist_ok=True)
        # No scripts of packages: some would fetch a browser of their own.
        command = [npm, "install", "--prefix", str(FOLDER), "--ignore-scripts", "--no-audit", "--no-fund", f"{name}@{version}"]
        subprocess.run(command, check=True, capture_output=True, timeout=300)
    return package
