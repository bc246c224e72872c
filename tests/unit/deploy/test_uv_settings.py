"""uv looks where pip is told to look."""

import subprocess
import sys
from pathlib import Path

from deploy.local.uv import environment, uv_settings

UV = Path(__file__).resolve().parents[3] / "deploy/local/uv.py"


def test_pips_places_are_uvs():
    listed = "\n".join(
        [
            "global.index-url='https://packages.example.org/simple'",
            "global.extra-index-url='https://one.example.org/simple\\nhttps://two.example.org/simple'",
            "global.find-links='/a /b'",
            "global.constraint='/etc/constraints.txt'",
            "install.trusted-host='one.example.org'",
            "freeze.index-url='https://elsewhere.example.org'",
        ]
    )
    assert uv_settings(listed) == {
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_DEFAULT_INDEX": "https://packages.example.org/simple",
        "UV_INDEX": "https://one.example.org/simple https://two.example.org/simple",
        "UV_FIND_LINKS": "/a,/b",
        "UV_INSECURE_HOST": "one.example.org",
    }


def test_a_variable_wins_over_a_file_as_with_pip():
    listed = ":env:.cert='/of/the/environment.pem'\nglobal.cert='/of/the/file.pem'"
    assert uv_settings(listed)["SSL_CERT_FILE"] == "/of/the/environment.pem"


def test_a_setting_of_uvs_own_wins_and_pips_path_is_not_passed_on(monkeypatch):
    monkeypatch.setenv("PIP_INDEX_URL", "https://pip.example.org/simple")
    shown = environment({"UV_DEFAULT_INDEX": "https://uv.example.org/simple", "PYTHONPATH": "/pip.whl"})
    assert shown["UV_DEFAULT_INDEX"] == "https://uv.example.org/simple" and "PYTHONPATH" not in shown


def test_where_packages_come_from_is_not_printed():
    command = [sys.executable, UV, sys.executable, "-c", "import os; assert 'sesame' in os.environ['UV_DEFAULT_INDEX']"]
    shown = {"PIP_INDEX_URL": "https://us:sesame@pip.example.org/simple", "PATH": "/usr/bin:/bin"}
    done = subprocess.run(command, env=shown, capture_output=True, text=True, timeout=60, check=True)
    assert "example.org" not in done.stdout + done.stderr
