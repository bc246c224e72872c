"""The templates: ours are strict and escaped; the macros of GOV.UK Frontend, which leave most of their parameters out, stand beside them."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import govuk_frontend_jinja
from jinja2 import Environment, FileSystemLoader, PackageLoader, PrefixLoader, StrictUndefined
from markupsafe import Markup, escape

from gateway.portal.kit.inputs import Inputs
from gateway.portal.kit.texts import Verbatim, catalogue, filled
from services.common.kernel.dates import written_date, written_instant
from services.common.kernel.money import written
from services.common.kernel.text import LANGUAGES, Text
from services.contracts import terms
from services.contracts.both_languages import said
from services.contracts.college import College
from services.contracts.registry.words import REGISTERED
from services.contracts.terms import StatedTerm, Term

FOLDER = Path(__file__).parents[1] / "templates"
Macro = Callable[..., Markup]


@cache
def templates(language: str) -> Environment:
    """Gives the templates in a language: `_` and `ngettext` are its texts, `inputs` its forms' inputs, `date` writes as it does."""
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.policies["ext.i18n.trimmed"] = True
    environment.newstyle_gettext = True  # type: ignore[attr-defined]  # texts are called with their values
    environment.globals |= {
        **_said_in(language),
        **macros(),
        "inputs": Inputs(language, macros()),
        "colon": "\u00a0: " if language == "fr" else ": ",  # between a name and its value, which no text has together
        "said": said,
        "terms_of": terms_of,
        "REGISTERED": REGISTERED,
    }
    environment.filters |= {
        "date": lambda day: written_date(day, language),
        "instant": lambda instant, zone: written_instant(instant, language, str(zone)),
        "money": lambda amount: written(amount, language),
    }
    return environment


def _said_in(language: str) -> dict[str, Callable[..., str]]:
    # The library's own would take any text for a format and for markup, also one that came in from outside.
    known = catalogue(language)

    def escaped(text: str, values: Mapping[str, Any]) -> Markup:
        return Markup(filled(text, {name: escape(value) for name, value in values.items()}))  # noqa: S704  # our own text

    def gettext(message: str | Text, /, **values: Any) -> str:
        if isinstance(message, Text):
            return message.in_(language)
        return message if isinstance(message, Verbatim) else escaped(known.gettext(message), values)

    def ngettext(one: str, many: str, num: int, /, **values: Any) -> str:
        return escaped(known.ngettext(one, many, num), {"num": num} | values)

    return {"_": gettext, "gettext": gettext, "ngettext": ngettext}


class Termed(Protocol):
    """An answer that tells the terms of a registration."""

    @property
    def terms(self) -> list[StatedTerm] | None:
        """Each as it was decided; nothing from an earlier release."""

    @property
    def conditions(self) -> list[str]:
        """The same as an earlier release tells them."""


def terms_of(college: College, told: Termed) -> list[Term]:
    """Gives the terms of an answer, whichever release gave it."""
    return terms.of(college, told.terms, told.conditions)


def warm() -> None:
    """Compiles every template in each language: whoever asks for a page first does not wait for it."""
    for language in LANGUAGES:
        environment = templates(language)
        for name in environment.list_templates():
            environment.get_template(name)


@cache
def macros() -> dict[str, Macro]:
    """Gives the macros of GOV.UK Frontend by their names (`govukButton`)."""
    environment = Environment(
        loader=PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}), autoescape=True
    )
    components = Path(govuk_frontend_jinja.__file__).parent / "templates" / "components"
    found = {}
    for file in components.glob("*/macro.html"):
        module = environment.get_template(f"govuk_frontend_jinja/components/{file.parent.name}/macro.html").module
        name = "govuk" + re.sub(r"(?:^|-)(\w)", lambda first: first[1].upper(), file.parent.name)
        found[name] = getattr(module, name)
    return found
