"""Documents of an application: uploaded by the applicant or recorded by staff, listed, read, removed, accepted or refused."""

import re
from typing import TypedDict
from uuid import UUID

from sqlalchemy import select

from services.applications import dossier
from services.applications.documents import file_rules
from services.applications.dossier import Dossier
from services.applications.form import editing, requirements
from services.applications.life import lifecycle, timeline
from services.applications.models import Application, Document
from services.applications.privacy import retention
from services.applications.review import changes
from services.applications.review.changes import What
from services.common.kernel.errors import Invalid, NotFound
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications import shapes, states
from services.contracts.applications.applicant import ListDocuments, RecordDocument
from services.contracts.applications.errors import (
    DocumentInUse,
    ReadOnly,
    ReasonsNeeded,
    RequirementNotYours,
)
from services.contracts.applications.events import DocumentNotAccepted, DocumentReceived
from services.contracts.applications.review import DecideDocument, RecordReceivedDocument
from services.contracts.applications.shapes import Bilingual
from services.contracts.college import College, CollegeOnDay, NotInProfile, Requirement

_UNSEEN = re.compile(r"[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def plain_name(file_name: str) -> str:
    """The name of a file without folders and without characters that cannot be seen. Pure."""
    return _UNSEEN.sub("", re.split(r"[/\\]", file_name)[-1]).strip(" .") or "document"


def list_mine(work: UnitOfWork, college: College) -> ListDocuments.Reply:
    """The requirements of the caller's application with their live states, and its documents, newest first (F29)."""
    application = dossier.mine(work)
    file, rules = dossier.load(work.session, application), dossier.judged_by(college, application, work.now)
    return ListDocuments.Reply(
        requirements=[requirement.shown() for requirement in requirements.live(rules, file)],
        documents=[shown(document) for document in file.documents],
    )


def shown(document: Document) -> shapes.Document:
    """A document as the contracts show it."""
    return shapes.Document(
        id=document.id,
        requirement=document.requirement,
        file_name=document.file_name,
        media_type=document.media_type,
        size=document.size,
        state=document.state,
        refusal_reason=document.refusal_reason,
        from_whom=document.from_whom,
        received_at=document.received_at,
        version=document.version,
    )


def upload(work: UnitOfWork, college: College, request: RecordDocument.Request) -> shapes.Document:
    """Records a file that the applicant uploaded for a requirement (F26); the same file again is the same document.

    Raises NotReadyYet, Invalid for an unknown requirement, RequirementNotYours, ReadOnly, DocumentRefused,
    DocumentTooLarge, TooManyDocuments.
    """
    application = dossier.mine(work, lock=True)
    rules = dossier.judged_by(college, application, work.now)
    asked = _requirement(rules, request.requirement)
    file = dossier.load(work.session, application)
    if asked.provided_by != "applicant":
        raise RequirementNotYours(requirement=request.requirement)
    if request.requirement not in editing.open_requirements(rules, file):
        raise ReadOnly(requirement=request.requirement)
    file_rules.check_file(asked, request.media_type, request.size)
    if earlier := _waiting(file, request.requirement, request.sha256):
        return shown(earlier)
    file_rules.check_room([document.size for document in file.documents if document.from_whom == "applicant"], request.size)
    # With the college, a document that follows becomes part of the file at once.
    in_file = file.application.state not in states.EDITABLE
    return shown(_record(work, file.application, "applicant", request, in_file=in_file))


def _waiting(file: Dossier, requirement: str, sha256: str) -> Document | None:
    for document in file.documents:
        if document.requirement == requirement and document.sha256 == sha256 and document.submitted_at is None:
            return document if document.state == requirements.RECEIVED else None
    return None


def record_received(work: UnitOfWork, college: College, request: RecordReceivedDocument.Request) -> shapes.Document:
    """Records what came to the college by post or mail (F28): it is part of the file at once.

    Raises NotFound, Invalid for an unknown requirement, DocumentRefused, DocumentTooLarge.
    """
    application = dossier.locked(work, request.application_id)
    asked = _requirement(dossier.judged_by(college, application, work.now), request.requirement)
    file_rules.check_file(asked, request.media_type, request.size)
    document = _record(work, application, "college", request, in_file=True)
    work.announce(
        DocumentReceived,
        DocumentReceived.Data(
            **dossier.identity_of(application), document_id=document.id, name=Bilingual.of(asked.name), received_at=work.now
        ),
    )
    return shown(document)


def _record(
    work: UnitOfWork,
    application: Application,
    from_whom: str,
    stored: RecordDocument.Request | RecordReceivedDocument.Request,
    *,
    in_file: bool,
) -> Document:
    requirement = stored.requirement
    document = Document(
        application_id=application.id,
        requirement=requirement,
        file_name=plain_name(stored.file_name),
        media_type=stored.media_type,
        size=stored.size,
        sha256=stored.sha256,
        state=requirements.RECEIVED,
        from_whom=from_whom,
        received_at=work.now,
        submitted_at=work.now if in_file else None,
    )
    work.session.add(document)
    work.session.flush()
    application.last_action_at = work.now
    kind = "document_uploaded" if from_whom == "applicant" else "document_arrived"
    timeline.tell(work, application.id, kind, subject=requirement, note=document.file_name)
    changes.record(work, application, kind, What([requirement], document.file_name, document.id))
    after = {"application": application.id, "requirement": requirement, "sha256": document.sha256, "from_whom": from_whom}
    work.audit("document:record", f"document/{document.id}", None, after)
    return document


def read(work: UnitOfWork, document_id: UUID) -> shapes.StoredFile:
    """Where a document is stored, for its applicant and for reviewers. Raises NotFound for everybody else.

    Whoever is not its applicant, a delegate too, leaves a trace (B8).
    """
    query = select(Document, Application.account_id).join(Application, Application.id == Document.application_id)
    found = work.session.execute(query.where(Document.id == document_id)).tuples().one_or_none()
    if found is None:
        raise NotFound()
    document, owner = found
    own = owner == work.caller.account_id
    if not own and not work.caller.has(*lifecycle.REVIEWERS):
        raise NotFound()
    if not own or work.caller.delegate_id:
        work.audit("document:read", f"document/{document.id}", after={"application": document.application_id})
    return shapes.StoredFile(
        file_name=document.file_name, media_type=document.media_type, size=document.size, sha256=document.sha256
    )


def remove(work: UnitOfWork, document_id: UUID) -> None:
    """Removes a document of one's own that is not part of the college's file yet, and later its file. Raises NotFound, DocumentInUse."""
    owned = select(Application).where(Application.account_id == work.caller.account_id).with_for_update()
    application = work.session.scalars(owned).one_or_none()
    document = work.session.get(Document, document_id)
    if application is None or document is None or document.application_id != application.id:
        raise NotFound()
    if document.submitted_at is not None or application.state not in states.EDITABLE:
        raise DocumentInUse()
    work.session.delete(document)
    retention.let_go(work, document.sha256)
    application.last_action_at = work.now
    timeline.tell(work, application.id, "document_removed", subject=document.requirement, note=document.file_name)
    changes.record(work, application, "document_removed", What([document.requirement], document.file_name, document.id))
    work.audit(
        "document:remove", f"document/{document.id}", {"requirement": document.requirement, "sha256": document.sha256}, None
    )


def decide(work: UnitOfWork, college: College, request: DecideDocument.Request) -> shapes.Document:
    """Accepts a document, or refuses it with a reason that the applicant is told (F29); the same verdict again changes nothing.

    Raises NotFound, ReasonsNeeded, and VersionMismatch if a colleague decided otherwise since this version of the document.
    """
    reason = None if request.accepted else (request.reason or "").strip()
    if not request.accepted and not reason:
        raise ReasonsNeeded()
    application, document = _locked(work, request.document_id)
    verdict = {"state": requirements.ACCEPTED if request.accepted else requirements.REFUSED, "refusal_reason": reason}
    before = {name: getattr(document, name) for name in verdict}
    if before == verdict:
        return shown(document)
    rules = dossier.judged_by(college, application, work.now)
    changes.check_document(work, rules, document, request.version)
    for name, value in verdict.items():
        setattr(document, name, value)
    document.version += 1
    kind = f"document_{document.state}"
    timeline.tell(work, document.application_id, kind, subject=document.requirement, note=reason)
    changes.record(work, application, kind, What([document.requirement], reason or document.file_name, document.id))
    work.audit("document:accept" if request.accepted else "document:refuse", f"document/{document.id}", before, verdict)
    if reason:
        work.announce(
            DocumentNotAccepted,
            DocumentNotAccepted.Data(
                **dossier.identity_of(application),
                document_id=document.id,
                **named(rules, document.requirement),
                reason=reason,
            ),
        )
    return shown(document)


class Named(TypedDict):
    """What a requirement is called, and who provides it."""

    name: Bilingual
    provided_by: str


def named(college: CollegeOnDay, requirement: str) -> Named:
    """Gives both; the code of a requirement that the profile does not have any more stands for its name."""
    try:
        asked = college.requirement(requirement)
    except NotInProfile:
        return Named(name=Bilingual(en=requirement, fr=requirement), provided_by="staff")
    return Named(name=Bilingual.of(asked.name), provided_by=asked.provided_by)


def _locked(work: UnitOfWork, document_id: UUID) -> tuple[Application, Document]:
    """The application is locked first, as everywhere, so that nobody waits for each other in a circle. Raises NotFound."""
    application_id = work.session.scalars(select(Document.application_id).filter_by(id=document_id)).one_or_none()
    if application_id is None:
        raise NotFound()
    application = dossier.locked(work, application_id)
    document = work.session.get(Document, document_id)
    if document is None:  # removed by its applicant in between
        raise NotFound()
    return application, document


def _requirement(college: CollegeOnDay, code: str) -> Requirement:
    try:
        return college.requirement(code)
    except NotInProfile:
        raise Invalid(errors=[{"field": "requirement", "code": "unknown"}]) from None
