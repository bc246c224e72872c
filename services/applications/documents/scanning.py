"""A look for malware at every file that is uploaded, before a document is made of it (CLAMD_ADDRESS; without it, nothing is looked at).

The daemon is asked outside any transaction. What it finds is refused and its file destroyed; what it cannot look at is not let through.
"""

from sqlalchemy import exists, select

from services.applications.models import Document
from services.applications.privacy import retention
from services.common.documents.clamd import Clamd, NotScanned
from services.common.documents.files import FileStore
from services.common.observability.logs import get_logger
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.applications.errors import MalwareFound, ScannerAway

TRY_AGAIN_S = 30
log = get_logger("scanning")


def scan(units: UnitOfWorkFactory, clamd: Clamd | None, files: FileStore, sha256: str, requirement: str) -> None:
    """Lets an uploaded file pass. Raises MalwareFound once that is in the audit trail, ScannerAway, NotFound for a file that is not there."""
    if clamd is None:
        return
    try:
        with files.open(sha256) as file:
            found = clamd.scan(file)
    except NotScanned as error:
        log.error("file-not-scanned", sha256=sha256, error=str(error))
        units.persist(lambda: _let_go(units, sha256))
        raise ScannerAway(retry_after_s=TRY_AGAIN_S) from error
    if found is None:
        return
    log.warning("malware-found", sha256=sha256, found=found)
    if units.persist(lambda: _refused(units, sha256, requirement, found)):
        files.remove_upload(sha256, unless_within_s=0)
    raise MalwareFound()


def _refused(units: UnitOfWorkFactory, sha256: str, requirement: str, found: str) -> bool:
    """Leaves it in the trail; says whether the file can go at once, or is an older document too, which a person is to look at."""
    with units.transaction() as work:
        told = {"requirement": requirement, "found": found}
        work.audit("document:refuse-malware", f"file/{sha256}", after=told)
        if _is_document(work, sha256):
            return False
        retention.let_go(work, sha256)  # if this process ends before the file is gone
        return True


def _let_go(units: UnitOfWorkFactory, sha256: str) -> None:
    with units.transaction() as work:
        if not _is_document(work, sha256):
            retention.let_go(work, sha256)


def _is_document(work: UnitOfWork, sha256: str) -> bool:
    return bool(work.session.scalar(select(exists().where(Document.sha256 == sha256))))
