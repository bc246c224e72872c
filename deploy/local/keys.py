"""The keys and secrets of one site, made once and kept in files only the site's user may read."""

import datetime
import json
import secrets
from collections.abc import Iterable
from pathlib import Path

from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.errors import OperatorError
from deploy.local.key_files import pem, write_private
from deploy.local.signing_keys import SigningKeys

SEALING_KEYS = ("SEALING_KEY", "FACTORS_KEY")
ADD, USE, RETIRE = SEALING_STEPS = ("add", "use", "retire")
_STEP = "sealing-keys"  # which step was done last
_SEAL_NAME = "Development seal of the college"
_SEAL_VALIDITY = datetime.timedelta(days=3650)


class Keys:
    """The key files and secrets under a site's folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "keys"
        self.signing_key = self.folder / "signing.pem"
        self.verify_keys = self.folder / "verify.jwks.json"
        self.signing = SigningKeys(self.signing_key, self.verify_keys)
        self.seal_certificate = self.folder / "seal.crt.pem"
        self.seal_key = self.folder / "seal.key.pem"
        self._secrets = folder / "secrets.json"

    def make(self, services: Iterable[str], users: Iterable[str] = ()) -> None:
        """Make what is missing; what exists is kept, so that tokens, sealed values and passwords stay good."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.signing.make()
        if not (self.seal_certificate.exists() and self.seal_key.exists()):
            self._make_seal()
        known = self.secrets() if self._secrets.exists() else {}
        fresh = {
            "SEALING_KEY": Fernet.generate_key().decode(),
            "FACTORS_KEY": Fernet.generate_key().decode(),
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
        """Does one step of changing the keys that seal; done again, it changes nothing. Raises OperatorError for a step out of order.

        Added, the new keys open; used, they seal and the old ones still open; retired, the old ones are gone.
        """
        known = self.secrets()
        done = known.get(_STEP, RETIRE)
        if step == done:
            return
        if (done, step) not in ((RETIRE, ADD), (ADD, USE), (USE, RETIRE)):
            raise OperatorError(
                f"The step before was {done}: the order is {', '.join(SEALING_STEPS)}, with the services started after each."
            )
        for name in SEALING_KEYS:
            keys = known[name].split(",")
            if step == ADD:
                keys.append(Fernet.generate_key().decode())
            elif step == USE:
                keys.reverse()
            else:
                del keys[1:]
            known[name] = ",".join(keys)
        write_private(self._secrets, json.dumps(known | {_STEP: step}, indent=1).encode())

    def _make_seal(self) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _SEAL_NAME)])
        now = datetime.datetime.now(datetime.UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            # A clock behind ours must not find the seal not yet valid.
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + _SEAL_VALIDITY)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_signs_documents(), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .sign(key, hashes.SHA256())
        )
        write_private(self.seal_key, pem(key))
        self.seal_certificate.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _signs_documents() -> x509.KeyUsage:
    others = dict.fromkeys(
        (
            "key_encipherment",
            "data_encipherment",
            "key_agreement",
            "key_cert_sign",
            "crl_sign",
            "encipher_only",
            "decipher_only",
        ),
        False,
    )
    return x509.KeyUsage(digital_signature=True, content_commitment=True, **others)
