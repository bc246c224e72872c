"""What may be changed in each state (F32). Pure.

A draft is open as a whole. While the application is with the applicant again, the fields that the college named are open, and
those that are required because of them; and documents that were asked for, refused, or never sent. Requirements that do not block
submission may follow later: they stay open until the decision.
"""

from services.applications.dossier import Dossier
from services.applications.form import requirements
from services.applications.life.lifecycle import UNDECIDED
from services.contracts.applications import states
from services.contracts.college import ApplicationForm, CollegeOnDay


def editable_fields(college: CollegeOnDay, dossier: Dossier) -> list[str]:
    """The codes of the fields that the applicant may change now, in the order of the form."""
    state = dossier.application.state
    if state == states.DRAFT:
        return [field.code for field in college.form.fields]
    if state != states.INCOMPLETE:
        return []
    reopened = with_dependents(college.form, {item.field for item in dossier.requested if item.field})
    documents = open_requirements(college, dossier)
    return [field.code for field in college.form.fields if field.code in reopened or field.requirement in documents]


def with_dependents(form: ApplicationForm, codes: set[str]) -> set[str]:
    """The fields, and those that their answers may make required: else a new answer could not be completed."""
    found = set(codes)
    while True:
        more = {field.code for field in form.fields if field.required_if and field.required_if.field in found} - found
        if not more:
            return found
        found |= more


def open_requirements(college: CollegeOnDay, dossier: Dossier) -> set[str]:
    """The codes of the requirements for which the applicant may upload a document now."""
    state = dossier.application.state
    if state == states.DRAFT:
        return {requirement.code for requirement in college.requirements if requirement.provided_by == "applicant"}
    if state not in UNDECIDED:
        return set()
    live = [
        requirement for requirement in requirements.live(college, dossier) if requirement.requirement.provided_by == "applicant"
    ]
    may_follow = {
        requirement.requirement.code
        for requirement in live
        if requirement.outstanding and not requirement.requirement.blocks_submission
    }
    if state != states.INCOMPLETE:
        return may_follow
    # Judged by what is in the college's file, not by what was uploaded since: a fresh document can still be replaced.
    asked_for = set(requirements.requested(college, dossier))
    refused = {document.requirement for document in dossier.documents if document.state == requirements.REFUSED}
    in_file = {document.requirement for document in dossier.documents if document.submitted_at is not None}
    return {
        requirement.requirement.code
        for requirement in live
        if requirement.requirement.code in asked_for | refused or requirement.requirement.code not in in_file
    }
