"""What an entry of the audit trail says of before and after, as rows that people read: a label and its lines, in their language."""

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from gateway.portal.kit import form_values
from gateway.portal.kit.texts import _, say
from gateway.portal.staff.administration.audit_words import CODES, LABELS, STATES
from services.common.duties.audit_calls import AuditEntry
from services.common.kernel.dates import written_date, written_instant
from services.common.kernel.money import Money, written, written_number
from services.contracts.college import CollegeOnDay, NotInProfile
from services.contracts.pages import PAGES

Rows = list[tuple[str, list[str]]]
Content = Mapping[str, Any]  # a `before` or an `after`, or a part of one
_CODE = re.compile(r"[a-z][a-z0-9]*(?:[_-][a-z0-9]+)+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d")
_WHOLE_ID = re.compile(r"(?:[a-z][a-z-]*/)?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})")
# What people wrote is shown as they wrote it: it may look like a code, a day or an id, and is evidence.
_WRITTEN = frozenset({"note", "resolved_note", "refusal_reason", "name", "subject", "recipient", "email"})
_REASON_CODES = frozenset({"sign-in:refuse", "program:refuse-token"})  # elsewhere a reason is somebody's own words
_MONEY, _CURRENCY = ("total", "amount"), "currency"
AMENDED = "application:amend"  # its keys are fields of the form
ANSWERS = frozenset({AMENDED, "application:fill-in"})


@dataclass(frozen=True)
class Reader:
    """Who reads, and what was found for them: what records are called by their ids, and the fields of the form by their codes."""

    language: str
    college: CollegeOnDay
    names: Mapping[str, str]
    fields: Mapping[str, Mapping[str, Any]]

    def rows(self, entry: AuditEntry, content: Content | None) -> Rows:
        """Gives the rows of an entry's `before` or `after`; none where it says nothing."""
        return list(self._rows(entry, content or {}))

    def _rows(self, entry: AuditEntry, content: Content, above: str = "") -> Iterator[tuple[str, list[str]]]:
        for key, value in content.items():
            if key == _CURRENCY and any(name in content for name in _MONEY):
                continue  # it stands with the amount
            if entry.action == AMENDED and key in self.fields:
                field = self.fields[key]
                yield (
                    field["label"][self.language],
                    form_values.shown(field, value, self.language, ()) or [self._plain(key, None)],
                )
            elif isinstance(value, Mapping) and value:
                yield from self._rows(entry, value, f"{above}{self.label(key)} – ")
            elif key in _MONEY and _CURRENCY in content and value is not None:
                yield above + self.label(key), [written(Money.parse(str(value), content[_CURRENCY]), self.language)]
            else:
                yield above + self.label(key), self._lines(entry, key, value)

    def line(self, entry: AuditEntry, content: Content | None) -> str:
        """Gives the same in one cell of a table: a line for each row."""
        said = _("%(label)s: %(value)s")
        rows = self.rows(entry, content)
        return "\n".join(say(self.language, said, label=label, value="; ".join(lines)) for label, lines in rows)

    def label(self, key: str) -> str:
        """Gives what a key is called; one that is not known in its own words."""
        return say(self.language, LABELS[key]) if key in LABELS else _worded(key)

    def _lines(self, entry: AuditEntry, key: str, value: Any) -> list[str]:
        if not isinstance(value, list):
            return [self._said(entry, key, value)]
        return [self._said(entry, key, item) for item in value] or [self._plain(key, None)]

    def _said(self, entry: AuditEntry, key: str, value: Any) -> str:
        if isinstance(value, Mapping):  # one of a list: a fact with its result, for one
            if set(value) == {"fact", "result"}:
                return f"{self._plain('fact', value['fact'])} – {self._plain('result', value['result'])}"
            return ", ".join(f"{label} – {' / '.join(lines)}" for label, lines in self._rows(entry, value))
        if key == "state":
            return self._state(entry, value)
        if isinstance(value, str) and value and (key in _WRITTEN or (key == "reason" and entry.action not in _REASON_CODES)):
            return value
        return self._plain(key, value)

    def _state(self, entry: AuditEntry, code: Any) -> str:
        kind = entry.subject.partition("/")[0]
        known = STATES.get(kind, {})
        return known[code].in_(self.language) if code in known else self._plain("", code)

    def _plain(self, key: str, value: Any) -> str:
        if value is None or value == "":
            return "–"
        if isinstance(value, bool):
            return say(self.language, _("Yes") if value else _("No"))
        if isinstance(value, int | float):
            return written_number(value, self.language)
        text = str(value)
        return self._of_college(key, text) or self._called(text) or self._dated(text) or self._coded(key, text)

    def _called(self, text: str) -> str | None:
        found = _WHOLE_ID.fullmatch(text)
        return self.names.get(found[1]) if found else None

    def _of_college(self, key: str, code: str) -> str | None:
        with suppress(NotInProfile):
            match key:
                case "category":
                    return self.college.category(code).name.in_(self.language)
                case "requirement":
                    return self.college.requirement(code).name.in_(self.language)
                case "pages" if code in PAGES:
                    return PAGES[code].in_(self.language)
                case "fields" if code in self.fields:
                    label: str = self.fields[code]["label"][self.language]
                    return label
        return None

    def _dated(self, text: str) -> str | None:
        with suppress(ValueError, OverflowError):  # the first and the last days of all have no hour in every zone
            if _DAY.fullmatch(text):
                return written_date(dt.date.fromisoformat(text), self.language)
            if _INSTANT.match(text):
                return written_instant(dt.datetime.fromisoformat(text), self.language, self.college.time_zone.key)
        return None

    def _coded(self, key: str, text: str) -> str:
        known = CODES.get(key, {})
        if text in known:
            return known[text].in_(self.language)
        return _worded(text) if _CODE.fullmatch(text) else text


def _worded(code: str) -> str:
    words = re.sub(r"[_-]+", " ", code).strip()
    return words[:1].upper() + words[1:]
