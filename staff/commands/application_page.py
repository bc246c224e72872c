"""One application, and the queue of them, as a reviewer reads them."""

from collections.abc import Iterable, Iterator
from typing import Any

from services.contracts.applications.review import GetApplication, ListApplications
from services.contracts.applications.shapes import Bilingual, Document, Summary
from staff.terminal.show import NOTHING, Page, instant

DOCUMENT_COLUMNS = ("document-number", "file", "requirement", "size", "state", "from", "received", "reason", "version")


def draw_queue(page: Page, reply: ListApplications.Reply, state: str | None, typed: str | None = None) -> None:
    """Draws the queue with the counts by state; an empty one says what that means."""
    counts = [f"{page.word('state', code)} {count}" for code, count in reply.counts.items() if count]
    if counts:
        page.line(" · ".join(counts))
    if not reply.applications and typed:
        page.line(page.text("queue-not-found"))
        return
    if not reply.applications:
        page.line(page.text("queue-empty-state", state=page.word("state", state)) if state else page.text("queue-empty"))
        return
    if reply.nearly:
        page.line(page.text("queue-nearly"))
    page.table(
        ("reference", "applicant", "category", "state", "submitted", "acts-next"),
        (
            (
                application.reference,
                application.applicant_name,
                application.category,
                page.both(application.state_words),
                instant(application.submitted_at),
                page.word("who", application.who_acts_next),
            )
            for application in reply.applications
        ),
    )
    page.next_page(reply.next_cursor)


def draw_summary(page: Page, application: Summary, chosen: dict[str, str] | None = None) -> None:
    """Draws where an application stands: what a step answers. `chosen` gives words for the codes of category and route."""
    chosen = chosen or {}
    page.line(f"{application.reference}  {application.applicant_name or NOTHING}", "bold")
    facts = [
        (page.text("state"), page.both(application.state_words)),
        (page.text("acts-next"), page.word("who", application.who_acts_next)),
        (page.text("category"), _named(application.category, chosen)),
        (page.text("route"), _named(application.route, chosen)),
        (page.text("submitted"), instant(application.submitted_at)),
        (page.text("decided"), instant(application.decided_at)),
        (page.text("payment"), page.word("payment", application.payment)),
        (page.text("invoice"), application.invoice_number),
        (page.text("fee"), page.word("fee", application.fee)),
        (page.text("fee-invoice"), application.fee_invoice_number),
        (page.text("version"), application.version),
        (page.text("application-number"), application.id),
        (page.text("account"), application.account_id),
    ]
    facts += list(_conditions(page, application))
    if application.decision_reasons:
        facts.append((page.text("reasons"), application.decision_reasons))
    page.facts(facts)


def _conditions(page: Page, application: Summary) -> Iterator[tuple[str, str]]:
    # In both languages, as the two parts of the public read them; one that is missing is said to be.
    if application.terms is None:  # told by an earlier release
        yield from ((page.text("condition"), condition) for condition in application.conditions)
        return
    for term in application.terms:
        yield page.text("condition.en"), term.en or page.text("missing.en")
        yield page.text("condition.fr"), term.fr or page.text("missing.fr")


def draw_application(page: Page, application: GetApplication.Reply, form: list[dict[str, Any]], reads: str | None) -> None:
    """Draws the whole file, with the language in which the applicant reads what is written to them, where it is known."""
    fields = [field for form_page in form for field in form_page["fields"]]
    draw_summary(
        page, application, _words_of_choices(page, (field for field in fields if field["type"] in ("category", "route")))
    )
    if reads:
        page.facts([(page.text("reads"), page.word("language", reads))])
    _draw_answers(page, application, form)
    _draw_requirements(page, application)
    _draw_documents(page, application)
    if application.requested:
        labels = {requirement.code: page.both(requirement.name) for requirement in application.requirements}
        labels |= {field["code"]: _said(page, field["label"]) for field in fields}
        page.heading("asked-for")
        page.facts(
            (
                (labels.get(code, code), item.reason)
                for item in application.requested
                for code in (item.field or item.requirement or "",)
            ),
            indent=2,
        )
    page.heading("notes")
    if application.notes:
        page.table(("when", "by", "note"), ((instant(note.at), note.by, note.text) for note in application.notes))
    else:
        page.line(f"  {page.text('no-notes')}")
    page.heading("timeline")
    page.table(
        ("when", "by", "what", "note"),
        ((instant(entry.at), page.word("by", entry.by), page.both(entry.words), entry.note) for entry in application.timeline),
    )
    steps = ", ".join(page.word("step", step) for step in application.possible_steps)
    page.facts([(page.text("possible-steps"), steps or page.text("no-steps"))])


def _draw_answers(page: Page, application: GetApplication.Reply, form: list[dict[str, Any]]) -> None:
    left = dict(application.values)
    file_names = {str(document.id): _called(page, document) for document in application.documents}
    page.heading("answers")
    for form_page in form:
        if not form_page["fields"]:  # the page where documents are uploaded
            continue
        page.line(f"  {_said(page, form_page['title'])}", "bold")
        page.facts(
            (
                (_said(page, field["label"]), _answer(page, field, left.pop(field["code"], None), file_names))
                for field in form_page["fields"]
            ),
            indent=4,
        )
    if left:  # the profile has changed since these were answered
        page.line(f"  {page.text('no-longer-asked')}", "bold")
        page.facts(left.items(), indent=4)


def _answer(page: Page, field: dict[str, Any], value: Any, file_names: dict[str, str]) -> str:
    if value is None or value in ("", []):
        return NOTHING
    if isinstance(value, bool):
        return page.text("yes" if value else "no")
    if isinstance(value, list):
        return ", ".join(_answer(page, field, item, file_names) for item in value)
    if field["type"] == "document":
        return file_names.get(str(value), str(value))
    return _words_of_choices(page, [field]).get(str(value), str(value))


def _called(page: Page, document: Document) -> str:
    """The name of a file may be that of another: when it came and what became of it tell them apart."""
    return f"{document.file_name} ({instant(document.received_at)}, {page.within('requirement', document.state)})"


def _named(code: str | None, names: dict[str, str]) -> str | None:
    return names.get(code, code) if code else None


def _said(page: Page, words: dict[str, str]) -> str:
    # Of the form itself, which is told as plain values.
    return page.both(Bilingual.of_values(words))


def _words_of_choices(page: Page, fields: Iterable[dict[str, Any]]) -> dict[str, str]:
    return {choice["code"]: _said(page, choice["label"]) for field in fields for choice in field["choices"]}


def _draw_requirements(page: Page, application: GetApplication.Reply) -> None:
    page.heading("requirements")
    page.table(
        ("requirement", "code", "state", "from", "reason"),
        (
            (
                page.both(requirement.name),
                requirement.code,
                page.word("requirement", requirement.state),
                page.word("provider", requirement.provided_by),
                requirement.refusal_reason,
            )
            for requirement in application.requirements
        ),
    )


def _draw_documents(page: Page, application: GetApplication.Reply) -> None:
    page.heading("documents")
    if not application.documents:
        page.line(f"  {page.text('no-documents')}")
        return
    names = {requirement.code: page.both(requirement.name) for requirement in application.requirements}
    page.table(
        DOCUMENT_COLUMNS,
        (_document_row(page, document, names) for document in application.documents),
    )


def _document_row(page: Page, document: Document, names: dict[str, str]) -> tuple[Any, ...]:
    return (
        document.id,
        document.file_name,
        names.get(document.requirement, document.requirement),
        page.text("kilobytes", number=-(-document.size // 1024)),
        page.word("requirement", document.state),
        page.word("by", document.from_whom),
        instant(document.received_at),
        document.refusal_reason,
        document.version,
    )


def draw_document(page: Page, document: Document) -> None:
    """Draws one document after its verdict."""
    page.table(DOCUMENT_COLUMNS, [_document_row(page, document, {})])
