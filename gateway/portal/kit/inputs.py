"""The inputs of forms, by the macros of GOV.UK Frontend: label, hint, what was typed and what is wrong, by the field's name.

Templates have them as `inputs`: `{{ inputs.text(form, "login", hint=_("…")) }}`. Whatever else a macro takes goes with `more`.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from gateway.portal.kit.forms import DATE_PARTS, ONCE, Form
from gateway.portal.kit.texts import _, say

Params = dict[str, Any]
Choices = Iterable[tuple[str, str]]  # value and text
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PART_LABELS = {"day": _("Day"), "month": _("Month"), "year": _("Year")}


class Inputs:
    """Makes inputs in a language."""

    def __init__(self, language: str, macros: Mapping[str, Any]) -> None:
        self._language, self._macros = language, macros

    def text(self, form: Form, name: str, hint: str = "", type: str = "text", autocomplete: str = "off", **more: Any) -> Markup:
        """A line of text; `type` is the input's."""
        # What is no day is not shown by a browser's own input of dates, and is an error in HTML.
        value = form.value(name) if type != "date" or _DAY.fullmatch(form.value(name)) else ""
        params: Params = {"value": value, "type": type, "autocomplete": autocomplete}
        if type == "email":
            params |= {"spellcheck": False, "autocapitalize": "none"}
        return self._made("govukInput", form, name, hint, params | more)

    def password(self, form: Form, name: str, hint: str = "", autocomplete: str = "current-password", **more: Any) -> Markup:
        """A password, which is never sent back to the page, with a button that shows it where scripts run."""
        params = {
            "autocomplete": autocomplete,
            "showPasswordText": self._say(_("Show")),
            "hidePasswordText": self._say(_("Hide")),
            "showPasswordAriaLabelText": self._say(_("Show the password")),
            "hidePasswordAriaLabelText": self._say(_("Hide the password")),
            "passwordShownAnnouncementText": self._say(_("Your password is visible")),
            "passwordHiddenAnnouncementText": self._say(_("Your password is hidden")),
        }
        return self._made("govukPasswordInput", form, name, hint, params | more)

    def area(self, form: Form, name: str, hint: str = "", rows: int = 5, **more: Any) -> Markup:
        """A text of several lines."""
        return self._made("govukTextarea", form, name, hint, {"value": form.value(name), "rows": rows, **more})

    def select(self, form: Form, name: str, choices: Choices, hint: str = "", **more: Any) -> Markup:
        """One of many choices in a list that opens."""
        items = [{"value": value, "text": text, "selected": value == form.value(name)} for value, text in choices]
        return self._made("govukSelect", form, name, hint, {"items": items, **more})

    def radios(self, form: Form, name: str, choices: Choices, hint: str = "", **more: Any) -> Markup:
        """One of a few choices, all of which are seen."""
        items = [{"value": value, "text": text, "checked": value == form.value(name)} for value, text in choices]
        return self._group("govukRadios", form, name, hint, {"items": items, **more})

    def checkboxes(self, form: Form, name: str, choices: Choices, hint: str = "", **more: Any) -> Markup:
        """Any of a few choices."""
        items = [{"value": value, "text": text, "checked": value in form.values(name)} for value, text in choices]
        return self._group("govukCheckboxes", form, name, hint, {"items": items, **more})

    def date(self, form: Form, name: str, hint: str = "", autocomplete: str = "", **more: Any) -> Markup:
        """A date in three parts; `form.value(name)` puts them together."""
        wrong = " govuk-input--error" if form.fault(name) else ""
        items = [
            {
                "name": f"{name}-{part}",
                "id": form.id(name) if part == "day" else f"{form.id(name)}-{part}",
                "label": self._say(_PART_LABELS[part]),
                "value": form.value(f"{name}-{part}"),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2}{wrong}",
                **({"autocomplete": f"{autocomplete}-{part}"} if autocomplete else {}),
            }
            for part in reversed(DATE_PARTS)
        ]
        params = self._around(form, name, hint) | {"id": f"{form.id(name)}-group", "items": items}
        return self._drawn("govukDateInput", params | self._legend(form, name) | more)

    def file(self, form: Form, name: str, hint: str = "", **more: Any) -> Markup:
        """A file to upload."""
        return self._made("govukFileUpload", form, name, hint, more)

    def hidden(self, form: Form, *names: str) -> Markup:
        """Fields that go along without being seen."""
        field = Markup('<input type="hidden" name="{}" value="{}">\n')
        return Markup("").join(field.format(name, form.once if name == ONCE else form.value(name)) for name in names)

    def button(self, text: str, **more: Any) -> Markup:
        """A button that sends the form, once."""
        return self._drawn("govukButton", {"text": text, "preventDoubleClick": True, **more})

    def _made(self, macro: str, form: Form, name: str, hint: str, more: Params) -> Markup:
        label = {"text": self._label(form, name)}
        return self._drawn(macro, self._around(form, name, hint) | {"id": form.id(name), "name": name, "label": label} | more)

    def _group(self, macro: str, form: Form, name: str, hint: str, more: Params) -> Markup:
        # The first choice has the id of the group, so that the summary of faults leads to it.
        params = self._around(form, name, hint) | {"idPrefix": form.id(name), "name": name} | self._legend(form, name)
        return self._drawn(macro, params | more)

    def _drawn(self, macro: str, params: Params) -> Markup:
        drawn: Markup = self._macros[macro](params)
        return drawn

    def _around(self, form: Form, name: str, hint: str) -> Params:
        params: Params = {"hint": {"text": hint}} if hint else {}
        if fault := form.fault(name):
            params["errorMessage"] = {"text": fault, "visuallyHiddenText": self._say(_("Error"))}
        return params

    def _legend(self, form: Form, name: str) -> Params:
        return {"fieldset": {"legend": {"text": self._label(form, name)}}}

    def _label(self, form: Form, name: str) -> str:
        return self._say(form.labels[name])

    def _say(self, message: str) -> str:
        return say(self._language, message)
