"""The keys and secrets of one site, made once and kept in files only the site's user may read."""

import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography.fernet import Fernet

from deploy.local.errors import OperatorError
from deploy.local.tools.document_seal import DocumentSeal
from deploy.local.tools.key_files import write_private
from deploy.local.tools.signing_keys import SigningKeys

SEALING_KEYS = frozenset({"SEALING_KEY", "FACTORS_KEY", "COOKIE_KEY"})
ADD, USE, RETIRE = SEALING_STEPS = ("add", "use", "retire")
_STEP = "sealing-keys"  # which step was done last


class Keys:
    """The key files and secrets under a site's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "keys"
        self.signing_key = self.folder / "signing.pem"
        self.verify_keys = self.folder / "verify.jwks.json"
        self.signing = SigningKeys(self.signing_key, self.verify_keys)
        self.seal = DocumentSeal(self.folder)
        self.seal_certificate, self.seal_key = self.seal.certificate, self.seal.key
        self._secrets = folder / "secrets.json"

    def make(self, services: Iterable[str], users: Iterable[str] = ()) -> None:
        """Make what is missing; what exists is kept, so that tokens, sealed values and passwords stay good."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.signing.make()
        self.seal.make()
        known = self.secrets() if self._secrets.exists() else {}
        fresh = {
            "SEALING_KEY": Fernet.generate_key().decode(),
            "FACTORS_KEY": Fernet.generate_key().decode(),
            "COOKIE_KEY": Fernet.generate_key().decode(),
            "PAYMENT_API_KEY": "key_" + secrets.token_urlsafe(24),
            "PAYMENT_WEBHOOK_SECRET": "whsec_" + secrets.token_urlsafe(24),
            **{f"password:{service}": secrets.token_urlsafe(24) for service in services},
            **{f"broker:{user}": secrets.token_urlsafe(24) for user in users},
        }
        if not fresh.keys() <= known.keys():
            write_private(self._secrets, json.dumps(fresh | known, indent=1).encode())

    def secrets(self) -> dict[str, str]:
        """Secrets by name; a database role's password is `password:<service>`, that of a broker's user `broker:<component>`."""
        found: dict[str, str] = json.loads(self._secrets.read_text())
        return found

    def turn_sealing_keys(self, step: str) -> None:
        """Does one step of changing the keys that seal or sign; done again, it changes nothing. Raises OperatorError for a step out of order.

        Added, the new keys open; used, they seal and sign, and the old ones still open; retired, the old ones are gone.
        """
        known = self.secrets()
        done = known.get(_STEP, RETIRE)
        if step == done:
            return
        if (done, step) not in ((RETIRE, ADD), (ADD, USE), (USE, RETIRE)):
            raise OperatorError(
                f"The step before was {done}: the order is {', '.join(SEALING_STEPS)}, with the services started after each."
            )
        for name in SEALING_KEYS & known.keys():  # a site made by an older version may lack one, which is made at its next start
            keys = known[name].split(",")
            if step == ADD:
                keys.append(Fernet.generate_key().decode())
            elif step == USE:
                keys.reverse()
            else:
                del keys[1:]
            known[name] = ",".join(keys)
        write_private(self._secrets, json.dumps(known | {_STEP: step}, indent=1).encode())
