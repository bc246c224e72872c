"""Runs uv as pip is set up on this machine, which uv does not read by itself: `python uv.py UV ARGUMENT…`. Needs nothing but Python and pip.

What `pip config` shows goes to uv in environment variables and is printed nowhere: an index may carry a password.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Mapping

# pip's setting: uv's variable, and what stands between several values.
_NAMES = {
    "index-url": ("UV_DEFAULT_INDEX", " "),
    "extra-index-url": ("UV_INDEX", " "),
    "find-links": ("UV_FIND_LINKS", ","),
    "no-index": ("UV_NO_INDEX", " "),
    "trusted-host": ("UV_INSECURE_HOST", " "),
    "timeout": ("UV_HTTP_TIMEOUT", " "),
    "default-timeout": ("UV_HTTP_TIMEOUT", " "),
    "cert": ("SSL_CERT_FILE", " "),
    "client-cert": ("SSL_CLIENT_CERT", " "),
    "proxy": ("ALL_PROXY", " "),
}
# In the order in which pip lets one win over another.
_SECTIONS = ("global", "install", ":env:")


def uv_settings(listed: str) -> dict[str, str]:
    """Gives uv's variables for what `pip config list` printed."""
    found: dict[str, dict[str, str]] = {section: {} for section in _SECTIONS}
    for line in listed.splitlines():
        key, _, value = line.partition("=")
        section, _, name = key.strip().rpartition(".")
        if section in found and name in _NAMES:
            found[section][name] = ast.literal_eval(value)
    # pip looks for a package in all places and takes the best; every file is checked against its hash.
    settings = {"UV_INDEX_STRATEGY": "unsafe-best-match"}
    for section in _SECTIONS:
        for name, value in found[section].items():
            variable, separator = _NAMES[name]
            settings[variable] = separator.join(value.split())
    return settings


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """Gives the environment for uv; what is given as a variable of uv's own already wins."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=False)
    without_pips_path = {name: value for name, value in given.items() if name != "PYTHONPATH"}
    return uv_settings(listed.stdout if listed.returncode == 0 else "") | without_pips_path


if __name__ == "__main__":
    os.execvpe(sys.argv[1], sys.argv[1:], environment(os.environ))  # noqa: S606 - uv takes this process over
