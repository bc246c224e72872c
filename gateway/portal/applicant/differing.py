"""A page of the form that was saved elsewhere too: what differs, field by field, and which answer is to stay (P59).

A page goes out with a tag of each field (MergePage), and comes back with it. Where both sides changed a field, nothing is saved: all that
was typed goes along unseen while it is chosen, for each such field, which of the two answers stays.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from gateway.portal.kit import form_values
from gateway.portal.kit.form_values import CalledDocument, Field
from gateway.portal.kit.forms import DATE_PARTS, Form
from gateway.portal.kit.texts import Verbatim, _, say
from services.common.kernel.errors import VersionMismatch
from services.common.kernel.validation import words

TAGS, DIFFERS, KEEP = "tags", "differs", "keep-"
SAVED, TYPED = "saved", "typed"
CHOOSE = _("Some answers on this page were also saved elsewhere. Nothing is lost: choose which of them to keep.")
_OWN = frozenset({TAGS, DIFFERS, "version", "then", "show-in", "once"})


def tags_of(form: Form) -> dict[str, str]:
    """Gives the tags that came with the form; none if they are not what we sent."""
    try:
        found = orjson.loads(form.value(TAGS))
    except orjson.JSONDecodeError:
        return {}
    return {name: tag for name, tag in found.items() if isinstance(tag, str)} if isinstance(found, dict) else {}


def written(tags: Mapping[str, str]) -> str:
    """Gives tags as a form holds them."""
    return orjson.dumps(tags).decode()


def saved_now(error: VersionMismatch) -> dict[str, Any]:
    """Gives the answers that are saved now, of the fields that differ."""
    return {difference["field"]: difference["saved"] for difference in error.params.get("differs", ())}


def meet(form: Form, error: VersionMismatch) -> None:
    """Notes on the form which fields differ from what is saved now. A service of the release before does not tell: then none."""
    differs = error.params.get("differs", ())
    form.given["version"] = [str(error.params["version"])]
    form.given[DIFFERS] = [difference["field"] for difference in differs]
    form.given[TAGS] = [written(tags_of(form) | {difference["field"]: difference["tag"] for difference in differs})]
    for name in [name for name in form.given if name.startswith(KEEP)]:
        del form.given[name]


def settle(form: Form, values: dict[str, Any], stored: Mapping[str, Any], language: str) -> bool:
    """Puts into `values` what was chosen to stay of what is saved; says, with a fault at each field, whether something is still to choose."""
    for code in form.values(DIFFERS):
        kept = form.value(KEEP + code)
        if kept == SAVED:
            values.pop(code, None)
            values |= {code: stored[code]} if code in stored else {}
        elif kept != TYPED:
            form.faults[KEEP + code] = words("required", language)
    return not form.faults


def take_over(form: Form, fields: Iterable[Field], stored: Mapping[str, Any], language: str) -> None:
    """Puts what was chosen to stay into the inputs, where all of it is to be looked at once more."""
    differed = form.given.pop(DIFFERS, [])
    chosen = [field for field in fields if field["code"] in differed and form.value(KEEP + field["code"]) == SAVED]
    for field in chosen:
        for name in (field["code"], *(f"{field['code']}-{part}" for part in DATE_PARTS)):
            form.given.pop(name, None)
    form.given |= form_values.put_into(chosen, stored, language)


def questions(
    form: Form, fields: Iterable[Field], saved: Mapping[str, Any], language: str, documents: list[CalledDocument]
) -> list[dict[str, Any]]:
    """Gives for each field that differs its name on the form, its label, and both answers as people read them."""
    asked = []
    for field in fields:
        code = field["code"]
        if code not in form.values(DIFFERS):
            continue
        typed = form_values.read_from([field], form).get(code)
        sides = [(SAVED, saved.get(code)), (TYPED, typed)]
        asked.append(
            {
                "name": KEEP + code,
                "label": field["label"][language],
                "sides": [(side, form_values.shown(field, value, language, documents)) for side, value in sides],
            }
        )
    return asked


def carried(form: Form) -> list[tuple[str, str]]:
    """Gives all that was typed, to go along unseen."""
    return [
        (name, text) for name, texts in form.given.items() if name not in _OWN and not name.startswith(KEEP) for text in texts
    ]


def labels(questions: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Gives the labels of the choices, in the order of the page."""
    return {question["name"]: Verbatim(question["label"]) for question in questions}


def kept(fields: Iterable[Field], codes: Iterable[str], language: str) -> str:
    """Names fields that hold what was saved elsewhere."""
    names = {field["code"]: field["label"][language] for field in fields}
    return ", ".join(names[code] for code in codes if code in names)


def said(fields: Iterable[Field], error: VersionMismatch, language: str) -> str:
    """Says that a page could not be saved by itself, and because of which fields."""
    names = kept(fields, [difference["field"] for difference in error.params.get("differs", ())], language)
    return say(
        language,
        _("Not saved: these answers were saved elsewhere in the meantime: %(fields)s. Press “Save and continue” to choose."),
        fields=names or "–",
    )
