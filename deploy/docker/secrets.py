"""Makes the secrets of a college in containers: a folder for each part with the files it is shown, and no other's.

`python -m deploy.docker.secrets FOLDER [make | rotate-keys | retire-keys | add-, use- or retire-sealing-keys | new-document-seal]`. What
exists is kept. The folder is shut to everyone else on the machine; the files in it are readable to all, since in a container another user
reads them than the one who made them.
"""

import argparse
import json
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from deploy.local.college.components import COLLEGE
from deploy.local.errors import OperatorError
from deploy.local.tools.key_files import write_public
from deploy.local.tools.keys import SEALING_STEPS, Keys
from services.contracts.topology import COMPONENTS, SERVICES, Plan

BROKER, DATABASE, VHOST = "broker", "database", "college"
OPERATOR, ADMIN = "operator", "postgres"  # who administers the broker, and the database server
_PLAIN = ("SEALING_KEY", "FACTORS_KEY", "COOKIE_KEY", "PAYMENT_API_KEY", "PAYMENT_WEBHOOK_SECRET")
_SEALING = {f"{step}-sealing-keys": step for step in SEALING_STEPS}
_NEW_SEAL = "new-document-seal"
_KEY_FILES = {"SIGNING_KEY_FILE": "signing.pem", "SEAL_CERTIFICATE_FILE": "seal.crt.pem", "SEAL_KEY_FILE": "seal.key.pem"}


class ContainerSecrets:
    """The secrets under one folder; `origin/` in it holds what was made, and is shown to no container."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.keys = Keys(folder / "origin")

    def make(self) -> None:
        """Makes what is missing, and lays it out."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.folder.chmod(0o700)
        self.keys.make((*SERVICES, ADMIN), (*COMPONENTS, OPERATOR))
        self.lay_out()

    def rotate_keys(self) -> str:
        """Signs access tokens with a new key from now on, while everything runs; gives its id."""

        def once_published(seconds: float) -> None:
            self.lay_out()
            time.sleep(seconds)

        key_id = self.keys.signing.rotate(once_published)
        self.lay_out()
        return key_id

    def retire_keys(self) -> tuple[list[str], list[str]]:
        """Drops the public keys of which no valid token can be left; gives the ids of those dropped, and of old ones that stay."""
        dropped, kept = self.keys.signing.retire()
        self.lay_out()
        return dropped, kept

    def turn_sealing_keys(self, step: str) -> None:
        """Does one step of changing the keys that seal, and lays them out; raises OperatorError."""
        self.keys.turn_sealing_keys(step)
        self.lay_out()

    def renew_document_seal(self) -> None:
        """Makes another seal for documents, for trials; an authority's is put in its place by the operator (`deploy/README.md`)."""
        self.keys.seal.renew()
        self.lay_out()

    def lay_out(self) -> None:
        """Writes to each part's folder the files it is shown. The public keys come first: what is signed can then be verified."""
        made = self.keys.secrets()
        self._write("public", "verify.jwks.json", self.keys.verify_keys.read_bytes())
        for name, component in COLLEGE.items():
            shown = {key: made[key] for key in _PLAIN if key in component.settings}
            if "AMQP_URI" in component.settings:
                shown["AMQP_URI"] = amqp_uri(name, made[f"broker:{name}"])
            if "DATABASE_URL" in component.settings:
                shown["DATABASE_URL"] = database_url(name, made[f"password:{name}"], name)
            for key, content in shown.items():
                self._write(name, key, content.encode())
            for variable, file in _KEY_FILES.items():
                if variable in component.settings:
                    self._write(name, file, (self.keys.folder / file).read_bytes())
        self._write("staff", "AMQP_URI", amqp_uri("staff", made["broker:staff"]).encode())
        self._write("prepare", "ADMIN_DATABASE_URL", database_url(ADMIN, made[f"password:{ADMIN}"], "postgres").encode())
        for service in SERVICES:
            self._write("prepare", service, made[f"password:{service}"].encode())
        self._write(DATABASE, "password", made[f"password:{ADMIN}"].encode())
        self._write(BROKER, "definitions.json", json.dumps(self.definitions(), indent=1).encode())

    def definitions(self) -> dict[str, Any]:
        """The broker's definitions, with a user for each component and one who administers it."""
        made = self.keys.secrets()
        found = Plan().definitions(VHOST, passwords={name: made[f"broker:{name}"] for name in COMPONENTS})
        operator = {"name": OPERATOR, "password": made[f"broker:{OPERATOR}"], "tags": "administrator"}
        everything = {"user": OPERATOR, "vhost": VHOST, "configure": ".*", "write": ".*", "read": ".*"}
        return {**found, "users": [*found["users"], operator], "permissions": [*found["permissions"], everything]}

    def _write(self, part: str, name: str, content: bytes) -> None:
        place = self.folder / part / name
        place.parent.mkdir(exist_ok=True, mode=0o755)
        if not place.exists() or place.read_bytes() != content:
            write_public(place, content)


def amqp_uri(user: str, password: str) -> str:
    """The broker's address for a user, as containers reach it."""
    return f"amqp://{user}:{quote(password, safe='')}@{BROKER}:5672/{VHOST}"


def database_url(user: str, password: str, database: str) -> str:
    """A database's address for a role, as containers reach it."""
    return f"postgresql://{user}:{quote(password, safe='')}@{DATABASE}:5432/{database}"


def main() -> int:
    """Does what is asked; 1 with the reason when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m deploy.docker.secrets", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("step", nargs="?", default="make", choices=("make", "rotate-keys", "retire-keys", *_SEALING, _NEW_SEAL))
    options = parser.parse_args()
    held = ContainerSecrets(options.folder)
    try:
        held.make()
        if options.step == "rotate-keys":
            print(f"signing with {held.rotate_keys()}")
        elif options.step in _SEALING:
            held.turn_sealing_keys(_SEALING[options.step])
            print("done: start correspondence, then identity and the gateway again, so that they read it")
        elif options.step == _NEW_SEAL:
            held.renew_document_seal()
            print("done: start registry again, so that it reads it")
        elif options.step == "retire-keys":
            dropped, kept = held.retire_keys()
            print(f"dropped: {', '.join(dropped) or 'none'}; still needed: {', '.join(kept) or 'none'}")
        else:
            print(f"secrets are in {options.folder}")
    except (OSError, OperatorError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
