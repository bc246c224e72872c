"""The requirements of an application with their live states (F29). Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.applications.documents.file_rules import MEGABYTE
from services.applications.dossier import Dossier
from services.applications.models import Document, RequestedItem
from services.contracts.applications import shapes
from services.contracts.college import CollegeOnDay, Requirement

MISSING, REQUESTED, RECEIVED, ACCEPTED, REFUSED = "missing", "requested", "received", "accepted", "refused"
OUTSTANDING = (MISSING, REQUESTED, REFUSED)


@dataclass(frozen=True)
class LiveRequirement:
    """A requirement that applies to an application, and its state now."""

    requirement: Requirement
    state: str
    refusal_reason: str | None

    def shown(self) -> shapes.Requirement:
        """The requirement as the contracts show it."""
        asked = self.requirement
        return shapes.Requirement(
            code=asked.code,
            name=shapes.Bilingual.of(asked.name),
            help=shapes.Bilingual.of(asked.help),
            provided_by=asked.provided_by,
            blocks_submission=asked.blocks_submission,
            state=self.state,
            refusal_reason=self.refusal_reason,
            types=[kind.upper() for kind in asked.accepted_types],
            limit_mb=asked.max_bytes // MEGABYTE,
        )

    @property
    def outstanding(self) -> bool:
        """Whether something must still come."""
        return self.state in OUTSTANDING


def needed(college: CollegeOnDay, dossier: Dossier) -> list[Requirement]:
    """What this application needs: by category, route and answers so far, and whatever the college asked for beyond."""
    answers, roles = dossier.answers, college.form.roles
    category, route = answers.get(roles.category), answers.get(roles.route)
    asked_for = requested(college, dossier)
    return [
        requirement
        for requirement in college.requirements
        if requirement.code in asked_for or requirement.needed(category, route, answers)
    ]


def requested(college: CollegeOnDay, dossier: Dossier) -> dict[str, RequestedItem]:
    """The open request for each requirement asked for, by its own code or by a field of the form that selects it."""
    of_field = {field.code: field.requirement for field in college.form.fields if field.requirement}
    items = {item.requirement or of_field.get(item.field or ""): item for item in dossier.requested}
    return {code: item for code, item in items.items() if code is not None}


def live(college: CollegeOnDay, dossier: Dossier) -> list[LiveRequirement]:
    """The requirements of an application in the profile's order, each with its state."""
    asked_for = requested(college, dossier)
    return [
        _live(
            requirement,
            (document for document in dossier.documents if document.requirement == requirement.code),
            asked_for.get(requirement.code),
        )
        for requirement in needed(college, dossier)
    ]


def _live(requirement: Requirement, newest_first: Iterable[Document], request: RequestedItem | None) -> LiveRequirement:
    """What came before the college asked for it again no longer counts; of the rest an accepted one does, else the newest."""
    documents = [document for document in newest_first if request is None or document.received_at > request.requested_at]
    if not documents:
        return LiveRequirement(requirement, REQUESTED if request else MISSING, None)
    if any(document.state == ACCEPTED for document in documents):
        return LiveRequirement(requirement, ACCEPTED, None)
    return LiveRequirement(requirement, documents[0].state, documents[0].refusal_reason)
