"""Digital seals on PDF documents: PAdES baseline B-B, made and checked offline with pyHanko.

Both are pure computation: sealing takes 14 ms with an EC key (P-256; 140 ms with RSA of 3072 bits, for the check of its
key), verifying 22 ms. Under eventlet call them through `eventlet.tpool.execute` where other work waits. pyHanko is written
with asyncio, whose usual loop waits on sockets, and eventlet has replaced those; nothing here waits, so `_finish` runs its
coroutines on a loop without input or output. That holds in a greenlet, in a tpool thread and in a plain one.
"""

import asyncio
import io
from collections.abc import Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.keys import load_certs_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError as UnreadablePdf
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import signers
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import async_validate_pdf_signature
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.status import SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

FIELD = "Seal"
# Room for the signature in hexadecimal, so that pyHanko need not sign twice to learn its size: enough for RSA of 4096 bits
# with a chain of three certificates.
RESERVED_BYTES = 16_384
# Outside the page and without size: the only invisible field that both PDF/UA-1 and PDF/A-2 allow.
UNSEEN = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)

Result = TypeVar("Result")


class SealError(Exception):
    """The document cannot be sealed or checked: a key or certificate is unfit, or it is not a PDF. The message tells."""


class NotSealed(SealError):
    """The document bears no seal."""


@dataclass(frozen=True)
class SealCheck:
    """What a seal proves.

    `intact`: the sealed bytes are unchanged. `covers_whole_file`: nothing was added after them. `trusted`: the signer's
    certificate is, or leads to, one that we trust. `signer`: the name in it, worth nothing unless trusted.
    """

    intact: bool
    covers_whole_file: bool
    signer: str
    trusted: bool

    @property
    def genuine(self) -> bool:
        """Whether the file is exactly what the trusted signer sealed."""
        return self.intact and self.covers_whole_file and self.trusted


class Sealer:
    """Seals documents with one certificate, read once. The file's first certificate is the signer's, others its chain."""

    def __init__(self, certificate_pem_path: Path, key_pem_path: Path) -> None:
        """Raises SealError when the files cannot be read, or do not belong together."""
        chain = _certificates(certificate_pem_path)
        try:
            key = serialization.load_pem_private_key(Path(key_pem_path).read_bytes(), password=None)
        except (OSError, ValueError, TypeError) as error:
            raise SealError(f"The key {key_pem_path} cannot be read: {error}") from error
        public = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        if public != chain[0].public_key.dump():
            raise SealError(f"The key {key_pem_path} is not that of the certificate {certificate_pem_path}.")
        private = key.private_bytes(serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self._signer = signers.SimpleSigner(
            signing_cert=chain[0],
            signing_key=keys.PrivateKeyInfo.load(private),
            cert_registry=SimpleCertificateStore.from_certs(chain[1:]),
        )

    def seal(self, pdf: bytes, reason: str, location: str, field_label: str) -> bytes:
        """Return the PDF with an invisible seal that allows no later change.

        `field_label` is what a screen reader says of the seal.
        Raises SealError when the bytes are not a PDF, or already bear a seal.
        """
        metadata = signers.PdfSignatureMetadata(
            field_name=FIELD,
            md_algorithm="sha256",
            subfilter=SigSeedSubFilter.PADES,
            certify=True,
            docmdp_permissions=MDPPerm.NO_CHANGES,
            reason=reason,
            location=location,
        )
        field = SigFieldSpec(FIELD, readable_field_name=field_label, invis_sig_settings=UNSEEN)
        try:
            writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
            signer = signers.PdfSigner(metadata, self._signer, new_field_spec=field)
            given: bytes = _finish(signer.async_sign_pdf(writer, bytes_reserved=RESERVED_BYTES)).getvalue()
            return given
        except (UnreadablePdf, SigningError) as error:
            raise SealError(f"The document cannot be sealed: {error}") from error


def verify(pdf: bytes, trusted_pem: Path) -> SealCheck:
    """Check the seal of a PDF against the certificates in a PEM file, without any network.

    Raises NotSealed when there is no seal, SealError when the bytes are not a readable PDF or hold several seals.
    """
    try:
        seals = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    except (UnreadablePdf, ValueError) as error:
        raise SealError(f"The document cannot be read: {error}") from error
    if not seals:
        raise NotSealed("The document bears no seal.")
    if len(seals) > 1:
        raise SealError("The document bears more than one seal; ours bear one.")
    trust = ValidationContext(trust_roots=_certificates(trusted_pem), allow_fetching=False)
    try:
        status = _finish(async_validate_pdf_signature(seals[0], trust))
    except (SignatureValidationError, UnreadablePdf, ValueError):
        return SealCheck(intact=False, covers_whole_file=False, signer="", trusted=False)
    return SealCheck(
        intact=status.intact and status.valid,
        covers_whole_file=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        signer=status.signing_cert.subject.native.get("common_name", ""),
        trusted=status.trusted,
    )


def _certificates(path: Path) -> list[x509.Certificate]:
    try:
        found = list(load_certs_from_pemder_data(Path(path).read_bytes()))
    except (OSError, ValueError) as error:
        raise SealError(f"The certificate {path} cannot be read: {error}") from error
    if not found:
        raise SealError(f"There is no certificate in {path}.")
    return found


class _NothingToWaitFor:
    """The selector of a loop without input and output."""

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise RuntimeError("A seal must not wait for anything, yet pyHanko does.")
        return []

    def close(self) -> None:
        """Nothing is open."""


class _LoopWithoutIO(asyncio.BaseEventLoop):
    """An asyncio loop that only computes. It never switches greenlets, so no other greenlet can find it running."""

    def __init__(self) -> None:
        super().__init__()
        self._selector = _NothingToWaitFor()

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""


def _finish(work: Coroutine[Any, Any, Result]) -> Result:
    loop = _LoopWithoutIO()
    try:
        return loop.run_until_complete(work)
    finally:
        loop.close()
