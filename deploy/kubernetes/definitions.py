"""The broker's definitions for a cluster: calls and events stand in queues that survive the loss of a node.

`python -m deploy.kubernetes.definitions FOLDER` prints them with the passwords that `python -m deploy.docker.secrets FOLDER` made; they go
into the secret store as `broker-definitions`.
"""

import json
import sys
from copy import deepcopy
from pathlib import Path
from typing import Any

from deploy.docker.secrets import ContainerSecrets
from services.common.bus.topology import on_many_nodes


def clustered(definitions: dict[str, Any]) -> dict[str, Any]:
    """Gives the definitions with quorum queues for calls, events and their delays."""
    found = deepcopy(definitions)
    for queue in found["queues"]:
        queue["arguments"] = dict(on_many_nodes(queue["name"], queue["arguments"]))
    return found


def main() -> int:
    """Prints the definitions."""
    held = ContainerSecrets(Path(sys.argv[1]))
    held.make()
    print(json.dumps(clustered(held.definitions()), indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
