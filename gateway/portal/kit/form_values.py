"""Answers of the application form between their JSON and a page: shown, put into inputs, and read from them again."""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.portal.kit.forms import DATE_PARTS, Form
from gateway.portal.kit.texts import Verbatim, _, say
from services.common.kernel.dates import written_date, written_instant
from services.common.kernel.money import written_number
from services.common.kernel.text import LANGUAGES
from services.contracts.applications.shapes import Document
from services.contracts.applications.words import DOCUMENT_STATES

Field = Mapping[str, Any]  # as GetForm gives it
YES, NO = "yes", "no"
# So many choices are seen at once; of more, one opens a list.
MOST_RADIOS = 8
# Where most live and what most speak; and what is none of the rest.
FIRST, OTHER = frozenset({"CA", *LANGUAGES}), "other"


class CalledDocument(Document):
    """A document with what it is `called`: its file's name, when it came and what became of it, since names are used again."""

    called: str


def labels(fields: Iterable[Field], language: str) -> dict[str, str]:
    """Gives the fields' labels by their codes; of those that nobody has to answer it is said."""
    optional = say(language, _("(optional)"))
    return {
        field["code"]: Verbatim(f"{field['label'][language]} {optional}" if is_optional(field) else field["label"][language])
        for field in fields
    }


def is_optional(field: Field) -> bool:
    """Whether a question may always be left unanswered; a document may be needed by the route, which the form does not know."""
    needed = field["required"] or field["required_if"] or field["required_unless"]
    return not needed and field["type"] not in ("document", "agreement")


def follows(field: Field, values: Mapping[str, Any]) -> bool:
    """Whether a question is to be answered with the answers so far: one that only follows from a yes or a no, after that alone."""
    condition = field["required_if"]
    return not condition or not isinstance(condition["equals"], bool) or values.get(condition["field"]) is condition["equals"]


def put_into(fields: Iterable[Field], values: Mapping[str, Any], language: str) -> dict[str, list[str]]:
    """Gives stored answers as a form holds them, a half with the decimal sign of the language."""
    given: dict[str, list[str]] = {}
    for field in fields:
        code, value = field["code"], values.get(field["code"])
        if value is None:
            continue
        if field["type"] == "date":
            given |= {f"{code}-{part}": [text] for part, text in zip(DATE_PARTS, str(value).split("-"), strict=False)}
        elif isinstance(value, bool):
            given[code] = [YES if value else NO]
        elif isinstance(value, float):
            given[code] = [written_number(value, language, grouped=False)]
        else:
            given[code] = [str(item) for item in value] if isinstance(value, list) else [str(value)]
    return given


def read_from(fields: Iterable[Field], form: Form) -> dict[str, Any]:
    """Gives what was typed as answers; an input that was left empty gives none, a number is read where all are."""
    return {field["code"]: answer for field in fields if (answer := _answer(field, form)) not in (None, "", [])}


def _answer(field: Field, form: Form) -> Any:
    text = form.value(field["code"]).strip().replace("\r\n", "\n")
    match field["type"]:
        case "multi_choice":
            return form.values(field["code"])
        case "yes_no":
            return {YES: True, NO: False}.get(text)
        case "agreement":
            return True if text == YES else None
    return text


def choices(field: Field, language: str, documents: Iterable[CalledDocument]) -> list[tuple[str, str]]:
    """Gives what can be chosen: the field's own choices, yes and no, or the documents uploaded for its requirement."""
    if field["type"] == "yes_no":
        return [(YES, say(language, _("Yes"))), (NO, say(language, _("No")))]
    if field["type"] == "document":
        return [(str(document.id), document.called) for document in documents if document.requirement == field["requirement"]]
    offered = [(choice["code"], choice["label"][language]) for choice in field["choices"]]
    return _by_name(offered) if field["type"] in ("country", "province", "multi_choice") else offered


def _by_name(choices: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """In the order of the language's names, whatever accents and articles begin them; what most choose first, what is left last."""

    def place(choice: tuple[str, str]) -> tuple[bool, bool, str]:
        letters = unicodedata.normalize("NFKD", choice[1].casefold())
        return choice[0] == OTHER, choice[0] not in FIRST, "".join(sign for sign in letters if not unicodedata.combining(sign))

    return [(code, name[:1].upper() + name[1:]) for code, name in sorted(choices, key=place)]


def called(documents: Iterable[Document], language: str, zone: str) -> list[CalledDocument]:
    """Gives documents with what each is called."""

    def name_of(document: Document) -> str:
        told = written_instant(document.received_at, language, zone), say(language, DOCUMENT_STATES[document.state])
        return f"{document.file_name} ({', '.join(told)})"

    return [CalledDocument(**vars(document), called=name_of(document)) for document in documents]


def shown(field: Field, value: Any, language: str, documents: Iterable[CalledDocument]) -> list[str]:
    """Gives an answer as people read it, a line for each part; nothing for one that was not given."""
    if value in (None, "", []):
        return []
    if field["type"] == "date":
        return [_day(str(value), language)]
    if field["type"] in ("yes_no", "agreement"):
        return [say(language, _("Yes") if value else _("No"))]
    if field["type"] == "number":
        return [value if isinstance(value, str) else written_number(value, language)]  # as it was typed, or as it is stored
    known = dict(choices(field, language, documents))
    if field["type"] == "textarea":
        return str(value).split("\n")
    return [known.get(str(item), str(item)) for item in (value if isinstance(value, list) else [value])]


def _day(text: str, language: str) -> str:
    try:
        return written_date(dt.date.fromisoformat(text), language)
    except ValueError:
        return text
