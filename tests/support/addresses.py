"""Addresses of this machine's loopback network for people, so that the college sees them come from different places.

What one address is slowed down for (services/identity/sessions/throttle.py) then touches nobody else: a test that guesses passwords on purpose
asks from 127.0.0.1, as any program here does, and the people of other tests do not wait for it.
"""

import itertools

import requests
from requests.adapters import HTTPAdapter

_numbers = itertools.count(1)


class _From(HTTPAdapter):
    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *args, **kwargs) -> None:
        super().init_poolmanager(*args, **kwargs, source_address=(self._address, 0))


def own_address(session: requests.Session) -> str:
    """Lets a session ask from an address that no other has; gives it."""
    number = next(_numbers)
    address = f"127.77.{number // 250 % 250}.{number % 250 + 1}"
    session.mount("http://", _From(address))
    return address
