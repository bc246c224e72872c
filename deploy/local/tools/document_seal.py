"""The seal of the college's documents: its key and certificate, their change, and a check of papers sealed before and after."""

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from deploy.local.errors import OperatorError
from deploy.local.tools.key_files import pem, write_private

if TYPE_CHECKING:
    from services.common.documents.pdf_seal import SealCheck

NAME = "Development seal of the college"
VALIDITY = datetime.timedelta(days=3650)


class DocumentSeal:
    """The seal in a folder of keys: what seals now, and the certificates of all seals, by which papers are checked.

    The key of a former seal is gone with the change; its certificate stays, as papers outlive seals.
    """

    def __init__(self, folder: Path) -> None:
        self.certificate, self.key = folder / "seal.crt.pem", folder / "seal.key.pem"
        self.all_certificates = folder / "seals.crt.pem"

    def make(self) -> None:
        """Makes a seal of our own if there is none: for development and trials, as nobody else vouches for it."""
        if not (self.certificate.exists() and self.key.exists()):
            self.renew()
        elif not self.all_certificates.exists():  # made by an earlier version
            self.all_certificates.write_bytes(self.certificate.read_bytes())

    def renew(self) -> None:
        """Makes another seal of our own, by which papers are sealed once registry is started again."""
        key = ec.generate_private_key(ec.SECP256R1())
        self._take(_certificate(key).public_bytes(serialization.Encoding.PEM), pem(key))

    def use(self, certificate: Path, key: Path) -> None:
        """Takes the seal that an authority issued: PEM files, the certificate with its chain after it.

        Raises OperatorError if they do not fit together.
        """
        from services.common.documents.pdf_seal import (  # here: half a second that every other command would wait
            Sealer,
            SealError,
        )

        try:
            Sealer(certificate, key)
        except SealError as error:
            raise OperatorError(str(error)) from error
        self._take(certificate.read_bytes(), key.read_bytes())

    def check(self, paper: Path) -> "SealCheck":
        """Checks the seal of a PDF against all seals that the college has had. Raises OperatorError if there is none to check."""
        from services.common.documents.pdf_seal import SealError, verify  # here: as above

        try:
            return verify(paper.read_bytes(), self.all_certificates)
        except (OSError, SealError) as error:
            raise OperatorError(f"{paper}: {error}") from error

    def verdict(self, paper: Path) -> tuple[bool, str]:
        """Says whether a paper is what the college sealed, and in words why; one that cannot be read or bears no seal is not."""
        try:
            check = self.check(paper)
        except OperatorError as error:
            return False, str(error)
        return (
            check.genuine,
            f"{paper}: {f'genuine, sealed by {check.signer}' if check.genuine else 'NOT what the college sealed'}",
        )

    def _take(self, certificate: bytes, key: bytes) -> None:
        # First what checks, then what seals: a paper is never sealed by a certificate that is not on the list.
        before = self.all_certificates.read_bytes() if self.all_certificates.exists() else b""
        if certificate.strip() not in before:
            self.all_certificates.write_bytes(certificate.strip() + b"\n" + before)
        write_private(self.key, key)
        self.certificate.write_bytes(certificate)


def _certificate(key: ec.EllipticCurvePrivateKey) -> x509.Certificate:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.datetime.now(datetime.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        # A clock behind ours must not find the seal not yet valid.
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + VALIDITY)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_signs_documents(), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )


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
