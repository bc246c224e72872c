"""The seal on certificates: made and checked offline, under plain Python and under eventlet."""

import contextlib
import io
import subprocess
import sys

import pytest
from pypdf import PdfReader

from services.common.documents import pdf_seal
from services.common.documents.pdf import ROOT, render
from tests.support.samples.seal_certificates import SIGNER, make_certificate
from tests.support.waiting import PATIENCE_S

LABEL = "Seal of the College"


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return make_certificate(tmp_path_factory.mktemp("seal"))


@pytest.fixture(scope="module")
def document(tmp_path_factory):
    template = tmp_path_factory.mktemp("template") / "page.typ"
    template.write_text("#set document(title: sys.inputs.title)\n= One page\nWith a line.")
    return render(template, {"document_date": "2026-11-23"}, "en", "One page")


@pytest.fixture(scope="module")
def sealed(keys, document):
    return pdf_seal.Sealer(*keys).seal(document, "Certificate of registration", "Toronto, Ontario", LABEL)


def test_a_sealed_document_is_genuine_and_names_its_signer(keys, sealed):
    check = pdf_seal.verify(sealed, keys[0])
    assert check == pdf_seal.SealCheck(intact=True, covers_whole_file=True, signer=SIGNER, trusted=True)
    assert check.genuine


def test_the_seal_is_pades_labelled_out_of_sight_and_keeps_the_document_accessible(sealed):
    reader = PdfReader(io.BytesIO(sealed))
    field = reader.root_object["/AcroForm"]["/Fields"][0].get_object()
    assert field["/TU"] == LABEL
    assert field["/V"]["/SubFilter"] == "/ETSI.CAdES.detached"
    assert field["/Rect"][0] == field["/Rect"][2] and field["/Rect"][0] < 0
    assert field["/F"] & 4 and not field["/F"] & 2  # printed and not hidden, as PDF/A asks
    assert reader.root_object["/MarkInfo"]["/Marked"].value
    xmp = reader.root_object["/Metadata"].get_object().get_data()
    assert b"pdfuaid:part" in xmp and b"pdfaid:part" in xmp


def test_no_flipped_byte_goes_unnoticed(keys, sealed):
    start = sealed.index(b"/Contents <")
    end = sealed.index(b">", start)
    outside = [place for place in range(0, len(sealed), 613) if not start <= place <= end]
    for place in outside:
        changed = bytearray(sealed)
        changed[place] ^= 1
        with contextlib.suppress(pdf_seal.SealError):  # so broken that no seal is found: not genuine either
            assert not pdf_seal.verify(bytes(changed), keys[0]).genuine, f"byte {place}"
    assert len(outside) > 15


def test_what_is_added_after_the_seal_is_not_covered(keys, sealed):
    check = pdf_seal.verify(sealed + b"\n% more", keys[0])
    assert check.intact and not check.covers_whole_file and not check.genuine


def test_a_seal_of_the_same_name_by_another_key_is_not_trusted(keys, document, tmp_path):
    forged = pdf_seal.Sealer(*make_certificate(tmp_path)).seal(document, "x", "y", "z")
    check = pdf_seal.verify(forged, keys[0])
    assert check.signer == SIGNER
    assert not check.trusted and not check.genuine


def test_an_unsealed_document_says_so(keys, document):
    with pytest.raises(pdf_seal.NotSealed):
        pdf_seal.verify(document, keys[0])


def test_what_is_not_a_pdf_is_neither_sealed_nor_checked(keys):
    with pytest.raises(pdf_seal.SealError, match="cannot be sealed"):
        pdf_seal.Sealer(*keys).seal(b"hello", "x", "y", "z")
    with pytest.raises(pdf_seal.SealError, match="cannot be read"):
        pdf_seal.verify(b"hello", keys[0])


def test_a_document_is_sealed_once(keys, sealed):
    with pytest.raises(pdf_seal.SealError, match="cannot be sealed"):
        pdf_seal.Sealer(*keys).seal(sealed, "x", "y", "z")


def test_a_key_of_another_certificate_is_refused_at_once(keys, tmp_path):
    _, other_key = make_certificate(tmp_path)
    with pytest.raises(pdf_seal.SealError, match="not that of the certificate"):
        pdf_seal.Sealer(keys[0], other_key)
    with pytest.raises(pdf_seal.SealError, match="cannot be read"):
        pdf_seal.Sealer(keys[0], tmp_path / "missing.key")
    with pytest.raises(pdf_seal.SealError, match="no certificate"):
        pdf_seal.Sealer(other_key, other_key)


UNDER_EVENTLET = """
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import sys
from pathlib import Path
from eventlet import tpool
from services.common.documents import pdf_seal
pem, key, path = map(Path, sys.argv[1:])
sealer, document = pdf_seal.Sealer(pem, key), path.read_bytes()
def seal_and_check(_):
    sealed = sealer.seal(document, "reason", "place", "label")
    eventlet.sleep(0)
    return pdf_seal.verify(sealed, pem).genuine
def in_a_thread(_):
    sealed = tpool.execute(sealer.seal, document, "reason", "place", "label")
    return tpool.execute(pdf_seal.verify, sealed, pem).genuine
pool = eventlet.GreenPool()
assert all(pool.imap(seal_and_check, range(6))) and all(pool.imap(in_a_thread, range(6)))
print("genuine")
"""


def test_seals_are_made_and_checked_in_greenlets_and_in_tpool_threads(keys, document, tmp_path):
    path = tmp_path / "document.pdf"
    path.write_bytes(document)
    done = subprocess.run(
        [sys.executable, "-c", UNDER_EVENTLET, *map(str, (*keys, path))],
        check=False, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.stdout.strip() == "genuine", done.stderr
