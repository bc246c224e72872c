"""Which commit of the repository is checked out here."""

import os
import subprocess
from functools import cache

from deploy.local.places import REPOSITORY
from services.common.kernel.version import COMMIT


@cache
def commit() -> str:
    """Gives the commit's short name, or what COLLEGE_COMMIT says in its place; "" where there is no git, or no clone."""
    if told := os.environ.get(COMMIT):
        return told
    command = ["git", "-C", str(REPOSITORY), "rev-parse", "--short", "HEAD"]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""
