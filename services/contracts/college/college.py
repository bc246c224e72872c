"""A college as its profile describes it: with its history, and as it is in force on a day."""

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

from services.common.deadlines.rules import Rule
from services.common.kernel import clock
from services.common.kernel.text import Text
from services.contracts.college.access_rules import AccessRules, AccessRulesSchema
from services.contracts.college.application_form import ApplicationForm, ApplicationFormSchema
from services.contracts.college.categories import CategoriesSchema, Category
from services.contracts.college.charges import Charge, Charges, ChargesSchema, Purpose
from services.contracts.college.deadlines import DeadlinesSchema
from services.contracts.college.fees import Fee, FeeSchedule, FeeScheduleSchema
from services.contracts.college.mailing_list import MailingList, MailingListSchema
from services.contracts.college.mails import MailText, WrittenMail
from services.contracts.college.organisation import Constants, Organisation
from services.contracts.college.policies import PoliciesSchema, Policy
from services.contracts.college.professional_development import ProfessionalDevelopment, ProfessionalDevelopmentSchema
from services.contracts.college.requirements import Requirement, RequirementsSchema, Route
from services.contracts.college.retention import Retention, RetentionSchema
from services.contracts.college.review import Review, ReviewSchema
from services.contracts.college.sections import section
from services.contracts.college.versions import Version


class NotInProfile(LookupError):
    """The profile has no such category, route, requirement or message."""


@dataclass(frozen=True, kw_only=True)
class CollegeOnDay(Organisation):
    """The college as it is in force from one day until something in its profile changes. Never changes itself.

    Each section is one line here: what it holds, by which schema, from which file. `every_category` has those of other days as well,
    as they were described last: whoever holds one is still called something.
    """

    categories: tuple[Category, ...] = field(metadata=section(CategoriesSchema, part="categories"))
    routes: tuple[Route, ...] = field(metadata=section(RequirementsSchema, file="requirements", part="routes"))
    requirements: tuple[Requirement, ...] = field(metadata=section(RequirementsSchema, part="requirements"))
    form: ApplicationForm = field(metadata=section(ApplicationFormSchema, file="application_form"))
    review: Review = field(metadata=section(ReviewSchema))
    professional_development: ProfessionalDevelopment = field(metadata=section(ProfessionalDevelopmentSchema))
    deadlines: tuple[Rule, ...] = field(metadata=section(DeadlinesSchema, part="deadlines"))
    access: AccessRules = field(metadata=section(AccessRulesSchema))
    policies: tuple[Policy, ...] = field(metadata=section(PoliciesSchema, part="policies"))
    retention: Retention = field(metadata=section(RetentionSchema))
    mailing_list: MailingList = field(metadata=section(MailingListSchema))
    fees: FeeSchedule = field(metadata=section(FeeScheduleSchema))
    charges: Charges = field(metadata=section(ChargesSchema))
    mails: Mapping[str, MailText]
    every_category: tuple[Category, ...]

    def category(self, code: str) -> Category:
        """The category of that code, also one of another day. Raises NotInProfile."""
        return _named((*self.categories, *self.every_category), code, "category")

    def route(self, code: str) -> Route:
        """The education route of that code. Raises NotInProfile."""
        return _named(self.routes, code, "route")

    def requirement(self, code: str) -> Requirement:
        """The requirement of that code. Raises NotInProfile."""
        return _named(self.requirements, code, "requirement")

    def deadline(self, code: str) -> Rule:
        """The rule of the deadline of that code. Raises NotInProfile."""
        return _named(self.deadlines, code, "deadline")

    def policy(self, code: str) -> Policy:
        """The policy of that code. Raises NotInProfile."""
        return _named(self.policies, code, "policy")

    def mail(self, kind: str) -> MailText:
        """The text of messages of that kind. Raises NotInProfile."""
        if kind not in self.mails:
            raise NotInProfile(f"no mail {kind!r}")
        return self.mails[kind]

    def write_mail(self, kind: str, language: str, values: Mapping[str, Any], in_inbox: bool = True) -> WrittenMail:
        """The message of that kind, ready to send: see MailText.write. Raises NotInProfile and PlaceholderMissing.

        `in_inbox` says that it is also in a portal inbox, which the footer tells.
        """
        text = self.mail(kind)
        footer = self.mail_footer
        if in_inbox:
            footer = Text(f"{footer.en} {self.inbox_note.en}", f"{footer.fr} {self.inbox_note.fr}")
        return text.write(language, values, self.addresses.of(text.sender), footer)

    def requirements_for(self, category: str | None, route: str | None, answers: Mapping[str, Any]) -> list[Requirement]:
        """What an application for `category` by `route` with these answers needs (F29), in the profile's order."""
        return [requirement for requirement in self.requirements if requirement.needed(category, route, answers)]

    @property
    def entry_categories(self) -> list[Category]:
        """The categories for which one may apply from outside (R2)."""
        return [category for category in self.categories if category.open_to_applicants]


@dataclass(frozen=True, kw_only=True)
class College(Constants):
    """A college with its whole history: what holds on a day is asked with the day. Never changes once loaded.

    `history` is the college in each time between two changes, oldest first; `turning_days` are the days of the changes, and `sections`
    the versions of each file by its name. Fees and charges tell their days themselves.
    """

    fees: FeeSchedule
    charges: Charges
    history: tuple[CollegeOnDay, ...]
    turning_days: tuple[dt.date, ...]
    sections: Mapping[str, tuple[Version[Any], ...]]

    def on(self, day: dt.date) -> CollegeOnDay:
        """The college as it is in force on a day in its time zone; before the first day that the profile knows, as on that day."""
        return self.history[bisect_right(self.turning_days, day)]

    def at(self, instant: dt.datetime) -> CollegeOnDay:
        """The college as it is in force on the day on which an instant falls there."""
        return self.on(self.day_of(instant))

    def category(self, code: str) -> Category:
        """The category of that code as it is called today, or was called last. Raises NotInProfile."""
        return self.at(clock.now()).category(code)

    def fee(self, code: str, on_date: dt.date) -> Fee:
        """The fee of that code and its tax on a day in the college's time zone (R8). Raises FeeNotInForce."""
        return self.fees.fee(code, on_date)

    def registration_fee(self, category: str, on_date: dt.date) -> Fee:
        """What registration in a category costs on a day (R8). Raises NotInProfile and FeeNotInForce."""
        code = self.on(on_date).category(category).registration_fee
        if code is None:
            raise NotInProfile(f"the category {category!r} has no registration fee")
        return self.fee(code, on_date)

    def purpose(self, code: str) -> Purpose:
        """What invoices of that purpose are for. Raises NotInProfile."""
        return _named(self.charges.purposes, code, "purpose")

    def charge(self, code: str) -> Charge:
        """The charge of that code. Raises NotInProfile."""
        return _named(self.charges.charges, code, "charge")

    def fees_of(self, charge: Charge, category: str, on_date: dt.date) -> list[Fee]:
        """What a charge costs somebody of `category` on a day (R8). Raises NotInProfile and FeeNotInForce."""
        if charge.registration_fee_of_category:
            return [self.registration_fee(category, on_date)]
        codes = charge.fees or next((each.fees for each in charge.fees_by_category if each.category == category), ())
        if not codes:
            raise NotInProfile(f"the charge {charge.code!r} names no fees for the category {category!r}")
        return [self.fee(code, on_date) for code in codes]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


Item = TypeVar("Item", bound=_Coded)


def _named(items: Iterable[Item], code: str, what: str) -> Item:
    for item in items:
        if item.code == code:
            return item
    raise NotInProfile(f"no {what} {code!r}")
