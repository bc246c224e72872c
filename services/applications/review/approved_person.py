"""The person of an approved application: as the register will show them, and what the registry alone hears of them. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from services.applications.dossier import identity_of
from services.applications.models import Application
from services.common.kernel.typed_text import names
from services.contracts.applications.events import Address, ApplicantDescribed, Site
from services.contracts.college import CollegeOnDay

Answers = Mapping[str, Any]


class Registered(TypedDict):
    """A person as the register will show them."""

    legal_name: str
    first_name: str
    last_name: str
    commonly_used_name: str | None
    languages_of_care: list[str]


def as_registered(college: CollegeOnDay, answers: Answers) -> Registered:
    """The person, by the roles that the profile gives to fields. Pure.

    Languages of care are there only if the applicant chose to publish them (R11, F55).
    """
    roles = college.form.roles
    first, middle, last = (
        answers.get(code) or "" if code else "" for code in (roles.first_name, roles.middle_names, roles.last_name)
    )
    published = bool(roles.publish_languages and answers.get(roles.publish_languages) is True)
    return {
        "legal_name": names.joined(first, middle, last),
        # Whoever has one name only is sorted and looked for by it, in whichever field it was given.
        "first_name": first if last else "",
        "last_name": last or first,
        "commonly_used_name": answers.get(roles.commonly_used_name) if roles.commonly_used_name else None,
        "languages_of_care": list(answers.get(roles.languages_of_care) or []) if published and roles.languages_of_care else [],
    }


def described(college: CollegeOnDay, application: Application, answers: Answers) -> ApplicantDescribed.Data:
    """What the application says of the person beside what is public, by the roles that the profile gives to fields."""
    roles = college.form.roles

    def answer(code: str | None) -> Any:
        return (answers.get(code) or None) if code else None

    site_name = answer(roles.site_name)
    site = Site(name=site_name, phone=answer(roles.site_phone), **vars(_address(college, answers, roles.site_address)))
    home = _address(college, answers, roles.home_address)
    return ApplicantDescribed.Data(
        **identity_of(application),
        previous_names=[" ".join(line.split()) for line in (answer(roles.previous_names) or "").splitlines() if line.strip()],
        date_of_birth=dt.date.fromisoformat(born) if (born := answer(roles.date_of_birth)) else None,
        phone=answer(roles.phone),
        home_address=home if any(vars(home).values()) else None,
        site=site if site_name else None,
    )


def _address(college: CollegeOnDay, answers: Answers, codes: Sequence[str]) -> Address:
    # Of the fields without a type of their own the last is the city, and those before it the street.
    given = {code: answers.get(code) or None for code in codes}
    kinds = {college.form.field(code).type: code for code in codes}
    free = [code for code in codes if college.form.field(code).type not in ("province", "postal_code", "country")]
    street = ", ".join(given[code] or "" for code in free[:-1]).strip(", ")
    return Address(
        street=street or None,
        city=given[free[-1]] if free else None,
        **{kind: given[kinds[kind]] for kind in ("province", "postal_code", "country") if kind in kinds},
    )
