"""What identity is told by its operator: keys, addresses and how long links live."""

import json
from dataclasses import dataclass
from pathlib import Path

import jwt
from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.common.sealing import SealedBox
from services.common.settings import Settings
from services.common.tokens import ALGORITHM, TokenSigner


class SigningKeyUnknown(RuntimeError):
    """The set of public keys lacks the one that belongs to the signing key: nobody could verify our tokens."""


@dataclass(frozen=True)
class IdentitySettings:
    """The settings of a running identity service."""

    public_url: str
    activation_link_hours: int
    password_link_hours: int
    email_link_hours: int
    invitation_days: int
    sealed_box: SealedBox
    factor_box: SealedBox  # opened by nobody else: the secrets of authenticator apps
    signer: TokenSigner

    @classmethod
    def read(cls, settings: Settings) -> "IdentitySettings":
        """Reads the settings. Raises MissingSetting, and SigningKeyUnknown if the two key files do not belong together."""
        return cls(
            public_url=settings.require("PUBLIC_URL").rstrip("/"),
            activation_link_hours=int(settings.optional("ACTIVATION_LINK_HOURS", "48")),
            password_link_hours=int(settings.optional("PASSWORD_LINK_HOURS", "2")),
            email_link_hours=int(settings.optional("EMAIL_LINK_HOURS", "24")),
            invitation_days=int(settings.optional("INVITATION_DAYS", "14")),
            sealed_box=SealedBox(settings.require("SEALING_KEY")),
            factor_box=SealedBox(settings.require("FACTORS_KEY")),
            signer=read_signer(Path(settings.require("SIGNING_KEY_FILE")), Path(settings.require("VERIFY_KEYS_FILE"))),
        )


def read_signer(signing_key: Path, verify_keys: Path) -> TokenSigner:
    """Makes the signer of a private key (PEM), under the key id that its public half has in the key set."""
    pem = signing_key.read_bytes()
    algorithm = jwt.get_algorithm_by_name(ALGORITHM)
    ours = algorithm.to_jwk(algorithm.prepare_key(pem).public_key(), as_dict=True)
    for key in json.loads(verify_keys.read_text())["keys"]:
        if key.get("x") == ours["x"]:
            return TokenSigner(pem, key["kid"])
    raise SigningKeyUnknown(f"{verify_keys} has no public key for {signing_key}: add it, or give the key file that belongs to it")


class IdentityOffice(DependencyProvider):
    """Gives the service its own settings, read once when it starts."""

    def setup(self) -> None:
        """Reads the settings; a missing or unfitting one keeps the service from starting."""
        self._settings = IdentitySettings.read(settings_module.of(self.container))

    def get_dependency(self, worker_ctx: object) -> IdentitySettings:
        """Gives the settings, which never change while the service runs."""
        return self._settings
