"""The texts of messages: Jinja2 templates in both languages that may use only the placeholders their definition lists."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, StrictUndefined, Template, TemplateSyntaxError, UndefinedError, meta
from marshmallow import validates_schema

from services.common.kernel.text import LANGUAGES, Text
from services.common.kernel.validation import ValidationError
from services.contracts.college.organisation import SENDERS
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, TrueFalse, code_field, line_field, one_of

# Plain text, so nothing is escaped; the values are data and are never parsed as templates.
_ENVIRONMENT = Environment(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)  # noqa: S701
_SPACES = re.compile(r"[^\S\u00a0\u202f]+")  # all but the spaces that keep French punctuation on its line
_RULE = "\n" + "-" * 60 + "\n\n"


class PlaceholderMissing(LookupError):
    """A message was to be written without a value that its text uses."""


@dataclass(frozen=True)
class WrittenMail:
    """A message as it is sent: the address it comes from, its one-line subject and its plain text."""

    sender: str
    subject: str
    body: str


@dataclass(frozen=True)
class MailText:
    """One kind of message.

    `sender` names one of the college's addresses. `subject_both` is used whatever the language; `body_in_both` writes the person's
    language first, then the other one.
    """

    kind: str
    sender: str
    placeholders: tuple[str, ...]
    subject: Text | None
    subject_both: str | None
    body: Text
    body_in_both: bool

    def write(self, language: str, values: Mapping[str, Any], sender: str, footer: Text) -> WrittenMail:
        """Gives the message in `language` (`en` or `fr`), from `sender`, ending with `footer`. Raises PlaceholderMissing.

        Values are strings, or lists of strings or mappings, already formatted for the language; one that is not known is the empty string.
        """
        other = next(code for code in LANGUAGES if code != language)
        subject = self.subject_both or (self.subject and self.subject.in_(language)) or ""
        given = {name: values[name] for name in self.placeholders if name in values}
        try:
            bodies = [
                f"{_compiled(self.body.in_(code)).render(given).strip()}\n\n{footer.in_(code)}\n"
                for code in ((language, other) if self.body_in_both else (language,))
            ]
            # A subject is one header line, whatever the values hold.
            return WrittenMail(sender, _SPACES.sub(" ", _compiled(subject).render(given)).strip(), _RULE.join(bodies))
        except UndefinedError as error:
            raise PlaceholderMissing(f"mail {self.kind}: {error.message}") from error

    def parts(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """Each template of it, with its path in the file."""
        if self.subject_both is not None:
            yield ("subject_both",), self.subject_both
        for language in LANGUAGES:
            if self.subject is not None:
                yield ("subject", language), self.subject.in_(language)
            yield ("body", language), self.body.in_(language)


def names_used(template: str) -> set[str]:
    """The placeholders that a template uses. Raises jinja2.TemplateSyntaxError."""
    return meta.find_undeclared_variables(_ENVIRONMENT.parse(template))


def faults(mail: MailText) -> Iterator[tuple[tuple[str, ...], str]]:
    """Tells what is wrong with the templates of `mail`, with the path of each.

    That is bad syntax, placeholders not listed, and listed ones that a language never uses (a French letter without its link, say).
    """
    used: dict[str, set[str]] = {language: set() for language in LANGUAGES}
    sound = True
    for path, template in mail.parts():
        try:
            names = names_used(template)
        except TemplateSyntaxError as error:
            sound = False
            yield path, f"not a template: {error.message} (line {error.lineno} of the text)"
            continue
        for name in sorted(names.difference(mail.placeholders)):
            yield path, f"uses the placeholder {name!r}, which is not listed"
        for language in LANGUAGES if path[-1] not in LANGUAGES else (path[-1],):
            used[language] |= names
    for language in LANGUAGES if sound else ():
        for name in mail.placeholders:
            if name not in used[language]:
                yield ("body", language), f"never uses the placeholder {name!r}"


@lru_cache(maxsize=512)
def _compiled(template: str) -> Template:
    return _ENVIRONMENT.from_string(template)


class MailTextSchema(RecordSchema):
    record = MailText
    kind = code_field(required=True)
    sender = one_of(*SENDERS, required=True)
    placeholders = Items(code_field(), required=True)
    subject = TextField(load_default=None)
    subject_both = line_field(load_default=None)
    body = TextField(required=True)
    body_in_both = TrueFalse(load_default=False)

    @validates_schema(skip_on_field_errors=True)
    def has_one_subject(self, data: dict[str, Any], **_: Any) -> None:
        """A message has a subject by language or one for both, never both."""
        if (data["subject"] is None) == (data["subject_both"] is None):
            raise ValidationError("give either subject or subject_both", "subject")
