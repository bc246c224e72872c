"""What identity is told by its operator: keys, addresses and how long links live."""

from dataclasses import dataclass
from pathlib import Path

from nameko.extensions import DependencyProvider

from services.common import settings as settings_module
from services.common.security.encryption import SealedBox
from services.common.security.tokens import TokenSigner
from services.common.settings import Settings
from services.identity.keyed_digests import KeyedDigests
from services.identity.passwords.password_rules import PasswordRules
from services.identity.sessions.session_terms import SessionTerms
from services.identity.sessions.signing import FileSigner


@dataclass(frozen=True)
class IdentitySettings:
    """The settings of a running identity service."""

    public_url: str
    activation_link_hours: int
    password_link_hours: int
    email_link_hours: int
    invitation_days: int
    session_terms: SessionTerms
    password_rules: PasswordRules
    sealed_box: SealedBox
    factor_box: SealedBox  # opened by nobody else: the secrets of authenticator apps
    digests: KeyedDigests
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
            session_terms=SessionTerms.read(settings),
            password_rules=PasswordRules.read(settings),
            sealed_box=SealedBox(settings.require("SEALING_KEY")),
            factor_box=SealedBox(settings.require("FACTORS_KEY")),
            digests=KeyedDigests(settings.require("FACTORS_KEY")),
            signer=FileSigner(Path(settings.require("SIGNING_KEY_FILE")), Path(settings.require("VERIFY_KEYS_FILE"))),
        )


class IdentityOffice(DependencyProvider):
    """Gives the service its own settings, read once when it starts."""

    def setup(self) -> None:
        """Reads the settings; a missing or unfitting one keeps the service from starting."""
        self._settings = IdentitySettings.read(settings_module.of(self.container))

    def get_dependency(self, worker_ctx: object) -> IdentitySettings:
        """Gives the settings; only the signing key may change while the service runs."""
        return self._settings
