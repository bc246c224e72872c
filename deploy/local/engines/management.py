"""RabbitMQ's management API, as far as an operator and the tests need it."""

from typing import Any
from urllib.parse import quote, urlsplit

import requests

from deploy.local.errors import EngineFailed

_LONGEST_S = 60.0  # a broker on a busy machine takes its time over a virtual host with all its queues


class Management:
    """Virtual hosts, permissions and queues of one broker."""

    def __init__(self, url: str, user: str, password: str, timeout: float = _LONGEST_S) -> None:
        self._url = url.rstrip("/")
        self._user = user
        self._auth = (user, password)
        self._timeout = timeout

    @classmethod
    def from_url(cls, url: str) -> "Management":
        """Read `http://user:password@host:port`."""
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        credentials = requests.utils.get_auth_from_url(url)
        return cls(f"{parts.scheme}://{host}{parts.path}", *credentials)

    def is_ready(self) -> bool:
        """Whether the broker answers and all its virtual hosts run."""
        try:
            return requests.get(self._address("health/checks/virtual-hosts"), auth=self._auth, timeout=2).ok
        except requests.RequestException:
            return False

    def create_vhost(self, name: str, user: str | None = None) -> None:
        """Make a virtual host (or keep it) and let the user do all in it."""
        self._call("PUT", f"vhosts/{quote(name, safe='')}", json={})
        everything = {"configure": ".*", "write": ".*", "read": ".*"}
        self._call("PUT", f"permissions/{quote(name, safe='')}/{quote(user or self._user, safe='')}", json=everything)

    def delete_vhost(self, name: str) -> None:
        """Remove a virtual host with its queues and connections; one that does not exist is no error."""
        self._call("DELETE", f"vhosts/{quote(name, safe='')}", absent_is_fine=True)

    def load(self, definitions: dict[str, Any]) -> None:
        """Make the users, permissions, exchanges, queues and bindings that are missing, and put right the users and permissions."""
        self._call("POST", "definitions", json=definitions)

    def delete_user(self, name: str) -> None:
        """Remove a user; one that does not exist is no error."""
        self._call("DELETE", f"users/{quote(name, safe='')}", absent_is_fine=True)

    def connections(self, vhost: str) -> list[str]:
        """The names of the connections that are open to a virtual host."""
        return [found["name"] for found in self._call("GET", f"vhosts/{quote(vhost, safe='')}/connections?columns=name")]

    def queue_names(self, vhost: str) -> list[str]:
        """The names of all queues of a virtual host, those of this moment included."""
        path = f"queues/{quote(vhost, safe='')}?disable_stats=true"
        return [queue["name"] for queue in self._call("GET", path)]

    def queues(self, vhost: str) -> list[dict[str, Any]]:
        """The queues of a virtual host, each with `name`, `messages` and the broker's other figures.

        `messages`, `messages_ready` and `messages_unacknowledged` are a second old at most (five on throwaway engines), the other figures five.
        Empty when there is no such virtual host.
        """
        path = f"queues/{quote(vhost, safe='')}"
        figures = {queue["name"]: queue for queue in self._call("GET", path, absent_is_fine=True) or []}
        # Without statistics the broker counts at once instead of reporting its last sample.
        totals = {"disable_stats": "true", "enable_queue_totals": "true"}
        counted = self._call("GET", path, absent_is_fine=True, params=totals) or []
        # A queue declared this second has no figures yet.
        return [{"messages": 0, **figures.get(queue["name"], {}), **queue} for queue in counted]

    def _address(self, path: str) -> str:
        return f"{self._url}/api/{path}"

    def _call(self, method: str, path: str, absent_is_fine: bool = False, **options: Any) -> Any:
        try:
            answer = requests.request(method, self._address(path), auth=self._auth, timeout=self._timeout, **options)
        except requests.RequestException as error:
            raise EngineFailed(f"RabbitMQ's management API at {self._url} does not answer: {error}") from error
        if answer.status_code == 404 and absent_is_fine:
            return None
        if not answer.ok:
            raise EngineFailed(f"RabbitMQ refused {method} {path}: {answer.status_code} {answer.text[:200]}")
        return answer.json() if answer.content else None
