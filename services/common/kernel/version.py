"""Which version this is. `pyproject.toml` alone says it; the commit comes from whoever built the image or started the process."""

import os
import tomllib
from functools import cache
from pathlib import Path

COMMIT = "COLLEGE_COMMIT"
_PROJECT = Path(__file__).resolve().parents[3] / "pyproject.toml"


def version(commit: str | None = None) -> str:
    """Gives the version, and behind a plus the commit where it is known (else COLLEGE_COMMIT says it): `0.1.0+d14696c`."""
    commit = os.environ.get(COMMIT, "") if commit is None else commit
    return f"{_number()}+{commit}" if commit else _number()


@cache
def _number() -> str:
    number: str = tomllib.loads(_PROJECT.read_text())["project"]["version"]
    return number
