"""Everything that keeps an application from being submitted, each thing with its place in the form (B6). Pure."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from services.applications.dossier import Dossier
from services.applications.form import form_rules, requirements
from services.applications.form.form_rules import Context, WrongAnswer
from services.applications.form.requirements import MISSING, REFUSED, REQUESTED, LiveRequirement
from services.common.kernel.text import Text
from services.contracts.applications import shapes, states
from services.contracts.college import CollegeOnDay, Field, Page

APPLICANT = "applicant"
# By the state of a requirement and by who provides it.
REQUIREMENT_WORDS = {
    (MISSING, "applicant"): Text("Please upload this document.", "Veuillez téléverser ce document."),
    (REQUESTED, "applicant"): Text("The College asked for this document.", "L’Ordre a demandé ce document."),
    (REFUSED, "applicant"): Text(
        "The College refused this document: {reason} Please upload another one.",
        "L’Ordre a refusé ce document : {reason} Veuillez en téléverser un autre.",
    ),
    (MISSING, "institution"): Text(
        "The College has not received this document from the institution yet.",
        "L’Ordre n’a pas encore reçu ce document de l’établissement.",
    ),
    (REQUESTED, "institution"): Text(
        "The College asked for this document; the institution must send it.",
        "L’Ordre a demandé ce document; l’établissement doit l’envoyer.",
    ),
    (REFUSED, "institution"): Text(
        "The College refused this document: {reason} The institution must send another one.",
        "L’Ordre a refusé ce document : {reason} L’établissement doit en envoyer un autre.",
    ),
    (MISSING, "staff"): Text(
        "The College has to add this; you have nothing to do.", "L’Ordre doit l’ajouter; vous n’avez rien à faire."
    ),
    (REFUSED, "staff"): Text(
        "The College has to replace this; you have nothing to do.", "L’Ordre doit le remplacer; vous n’avez rien à faire."
    ),
}


@dataclass(frozen=True)
class Blocker:
    """One thing that is missing or wrong: what it is called, what to do, where, and who can mend it."""

    code: str
    page: str
    field: str | None
    requirement: str | None
    label: Text
    message: Text
    provided_by: str = APPLICANT

    def shown(self) -> shapes.Blocker:
        """The blocker as the contracts show it."""
        return shapes.Blocker(
            code=self.code,
            page=self.page,
            field=self.field,
            requirement=self.requirement,
            label=shapes.Bilingual.of(self.label),
            message=shapes.Bilingual.of(self.message),
        )


def find(college: CollegeOnDay, dossier: Dossier, now: dt.datetime) -> list[Blocker]:
    """All blockers in the order of the form; none once the application is with the college."""
    if dossier.application.state not in states.EDITABLE:
        return []
    context = dossier.context(college, now)
    return [blocker for page in college.form.pages for blocker in _of_page(page, context, college, dossier)]


def _of_page(page: Page, context: Context, college: CollegeOnDay, dossier: Dossier) -> Iterator[Blocker]:
    if page.takes_documents:
        for requirement in requirements.live(college, dossier):
            if requirement.outstanding and _blocks(requirement):
                yield _of_requirement(page, requirement)
    for asked in page.fields:
        code = fault(asked, context)
        if code:
            yield Blocker(
                code.partition(" ")[0],
                page.code,
                asked.code,
                asked.requirement,
                asked.label,
                form_rules.said(asked, code, college),
            )


def _blocks(live: LiveRequirement) -> bool:
    """What need not be there at submission may follow, unless the applicant was asked for it or sent one that was refused."""
    return live.requirement.blocks_submission or (live.requirement.provided_by == APPLICANT and live.state != MISSING)


def _of_requirement(page: Page, live: LiveRequirement) -> Blocker:
    requirement = live.requirement
    template = REQUIREMENT_WORDS[live.state, requirement.provided_by]
    reason = (live.refusal_reason or "").strip()
    if reason and reason[-1] not in ".!?…":
        reason += "."
    message = Text(template.en.format(reason=reason), template.fr.format(reason=reason))
    return Blocker(
        f"document_{live.state}", page.code, None, requirement.code, requirement.name, message, requirement.provided_by
    )


def fault(asked: Field, context: Context) -> str | None:
    """The code of what is wrong with a field's answer, or nothing."""
    answer = context.answers.get(asked.code)
    if not form_rules.is_answered(asked, answer):
        if not form_rules.is_required(asked, context):
            return None
        return "not_agreed" if asked.type == "agreement" else "required"
    try:
        form_rules.clean(asked, answer, context)
    except WrongAnswer as error:
        return error.code
    return None
