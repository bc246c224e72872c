"""The seal of the college's documents, changed as an operator changes it: papers sealed before stay papers of the college."""

import datetime

import pytest

from deploy.docker.secrets import ContainerSecrets
from deploy.local.errors import OperatorError
from deploy.local.tools import document_seal
from deploy.local.tools.document_seal import DocumentSeal
from services.common.documents.pdf import render
from services.common.documents.pdf_seal import Sealer
from tests.support.samples.seal_certificates import make_certificate


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    template = tmp_path_factory.mktemp("template") / "page.typ"
    template.write_text("#set document(title: sys.inputs.title)\n= One page")
    return render(template, {"document_date": "2026-11-25"}, "en", "One page")


@pytest.fixture
def seal(tmp_path):
    made = DocumentSeal(tmp_path)
    made.make()
    return made


def sealed(seal, page, folder, name):
    """A paper sealed as registry would seal it now."""
    paper = folder / name
    paper.write_bytes(Sealer(seal.certificate, seal.key).seal(page, "Certificate", "Toronto", "Seal"))
    return paper


def test_what_was_sealed_before_a_change_and_after_it_is_genuine_and_the_old_key_is_gone(seal, page, tmp_path):
    old_key = seal.key.read_bytes()
    before = sealed(seal, page, tmp_path, "before.pdf")
    seal.renew()
    after = sealed(seal, page, tmp_path, "after.pdf")
    assert seal.check(before).genuine and seal.check(after).genuine
    assert all(old_key not in file.read_bytes() for file in tmp_path.iterdir())
    assert seal.key.stat().st_mode & 0o777 == 0o600
    seal.make()  # a start changes nothing
    assert seal.check(before).genuine


def test_the_seal_of_an_authority_takes_the_place_of_ours(seal, page, tmp_path):
    before = sealed(seal, page, tmp_path, "before.pdf")
    given = make_certificate(tmp_path / "given")
    for _ in range(2):
        seal.use(*given)
    assert seal.certificate.read_bytes() == given[0].read_bytes()
    assert seal.check(sealed(seal, page, tmp_path, "after.pdf")).genuine and seal.check(before).genuine
    assert seal.all_certificates.read_text().count("BEGIN CERTIFICATE") == 2


def test_a_key_that_is_not_the_certificates_is_refused_and_changes_nothing(seal, tmp_path):
    files = (seal.certificate, seal.key, seal.all_certificates)
    kept = [file.read_bytes() for file in files]
    certificate, _ = make_certificate(tmp_path / "one")
    _, other_key = make_certificate(tmp_path / "other")
    with pytest.raises(OperatorError, match="not that of the certificate"):
        seal.use(certificate, other_key)
    assert [file.read_bytes() for file in files] == kept


def test_a_paper_sealed_by_somebody_else_or_changed_or_not_sealed_is_not_genuine(seal, page, tmp_path):
    stranger = DocumentSeal(tmp_path / "stranger")
    stranger.certificate.parent.mkdir()
    stranger.make()
    assert not seal.check(sealed(stranger, page, tmp_path, "forged.pdf")).genuine
    changed = sealed(seal, page, tmp_path, "changed.pdf")
    changed.write_bytes(changed.read_bytes() + b"\n% more")
    assert not seal.check(changed).genuine
    (tmp_path / "bare.pdf").write_bytes(page)
    with pytest.raises(OperatorError, match=r"bare\.pdf: The document bears no seal"):
        seal.check(tmp_path / "bare.pdf")
    papers = ("changed.pdf", "bare.pdf", "missing.pdf")
    assert [seal.verdict(tmp_path / name)[0] for name in papers] == [False, False, False]
    assert seal.verdict(sealed(seal, page, tmp_path, "ours.pdf")) == (
        True,
        f"{tmp_path}/ours.pdf: genuine, sealed by {document_seal.NAME}",
    )


def test_a_paper_stays_genuine_when_the_certificate_of_its_seal_has_run_out(seal, page, tmp_path, monkeypatch):
    monkeypatch.setattr(document_seal, "VALIDITY", -datetime.timedelta(hours=1))
    seal.renew()
    assert seal.check(sealed(seal, page, tmp_path, "old.pdf")).genuine


def test_containers_are_shown_the_new_seal(tmp_path):
    secrets = ContainerSecrets(tmp_path)
    secrets.make()
    before = (tmp_path / "registry/seal.crt.pem").read_bytes()
    secrets.renew_document_seal()
    after = (tmp_path / "registry/seal.crt.pem").read_bytes()
    assert after == secrets.keys.seal.certificate.read_bytes() != before
