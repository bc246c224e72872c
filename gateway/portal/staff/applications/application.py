"""One application with all that a reviewer needs: the answers beside the documents, notes, what happened, what can be done next."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gateway.context import Context
from gateway.http.downloads import SHOWN
from gateway.http.responses import Response
from gateway.portal.applicant.documents import COLOURS, STATES, standing
from gateway.portal.kit import form_values
from gateway.portal.kit.document_viewer import opened
from gateway.portal.kit.form_of_day import pages_of
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _
from gateway.portal.staff.applications import reader
from gateway.portal.staff.kit import colleagues
from services.common.kernel.text import Text
from services.contracts.applications.applicant import GetForm
from services.contracts.applications.review import GetApplication
from services.contracts.applications.words import FEES, WHO_ACTS_NEXT
from services.contracts.applications.words import STEPS as STEP_WORDS

# What each step that is possible now is called, where it leads, and whether a button does it at once.
STEPS: Mapping[str, tuple[str, str | Text, bool]] = {
    "mark_complete": ("complete", STEP_WORDS["mark_complete"], True),
    "begin_review": ("begin-review", STEP_WORDS["begin_review"], True),
    "request_more": ("request-more", STEP_WORDS["request_more"], False),
    "refer_to_committee": ("refer", STEP_WORDS["refer_to_committee"], False),
    **dict.fromkeys(("approve", "approve_with_conditions", "refuse"), ("decision", _("Decide"), False)),
}


@dataclass(frozen=True)
class Section:
    """A page of the form: its title, and each question with the lines of its answer."""

    title: str
    rows: list[tuple[str, list[str]]]


def application(context: Context) -> Response:
    """Shows the file; raises NotFound."""
    file, form = context.together((GetApplication, {"application_id": context.path["application_id"]}), (GetForm, {}))
    people = [file.assigned_to, file.decided_by, *(note.by for note in file.notes)]
    account, names = reader.beside(context, file, lambda: colleagues.named(context, people))
    return render(
        context,
        "staff/application.html",
        file=file,
        sections=_sections(context, pages_of(context, form, file.judged_on), file),
        steps=_steps(file),
        checklist=context.college_of(file.judged_on).review.checklist,
        states=STATES,
        standing=standing,
        colours=COLOURS,
        acts_next=WHO_ACTS_NEXT[file.who_acts_next],
        fee_words=FEES[file.fee],
        names=names,
        reads=account.language if account else None,
        email=account.email if account else None,
        opened=opened(context.request, file.documents),
        showable=SHOWN,
    )


def _sections(context: Context, pages: list[dict[str, Any]], file: GetApplication.Reply) -> list[Section]:
    """Gives the answers page by page as people read them; pages without questions are left out."""
    language = context.language
    papers = form_values.called(file.documents, language, context.college.time_zone.key)
    return [
        Section(
            page["title"][language],
            [
                (field["label"][language], form_values.shown(field, file.values.get(field["code"]), language, papers))
                for field in page["fields"]
            ],
        )
        for page in pages
        if page["fields"]
    ]


def _steps(file: GetApplication.Reply) -> list[tuple[str, str | Text, bool]]:
    # The service says what this person may do now; several decisions have one page.
    return list(dict.fromkeys(STEPS[step] for step in file.possible_steps if step in STEPS))
