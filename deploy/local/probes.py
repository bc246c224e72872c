"""Asking a process on this machine whether it is ready."""

import requests


def is_ready(port: int) -> bool:
    """Whether GET /readyz on the port answers 200 within two seconds."""
    try:
        return requests.get(f"http://127.0.0.1:{port}/readyz", timeout=2).status_code == 200
    except requests.RequestException:
        return False
