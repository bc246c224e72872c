"""A college as its profile describes it."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from services.common.kernel.text import Text
from services.contracts.college.access_rules import AccessRules
from services.contracts.college.application_form import ApplicationForm
from services.contracts.college.categories import Category
from services.contracts.college.charges import Charge, Charges, Purpose
from services.contracts.college.fees import Fee, FeeSchedule
from services.contracts.college.mailing_list import MailingList
from services.contracts.college.mails import MailText, WrittenMail
from services.contracts.college.organisation import Organisation
from services.contracts.college.policies import Policy
from services.contracts.college.professional_development import ProfessionalDevelopment
from services.contracts.college.requirements import Requirement, Route
from services.contracts.college.retention import Retention
from services.contracts.college.review import Review


class NotInProfile(LookupError):
    """The profile has no such category, route, requirement or message."""


@dataclass(frozen=True, kw_only=True)
class College(Organisation):
    """The college itself and everything that its profile configures. Never changes once loaded."""

    categories: tuple[Category, ...]
    fees: FeeSchedule
    charges: Charges
    routes: tuple[Route, ...]
    requirements: tuple[Requirement, ...]
    form: ApplicationForm
    review: Review
    professional_development: ProfessionalDevelopment
    access: AccessRules
    policies: tuple[Policy, ...]
    retention: Retention
    mailing_list: MailingList
    mails: Mapping[str, MailText]

    def category(self, code: str) -> Category:
        """The category of that code. Raises NotInProfile."""
        return _named(self.categories, code, "category")

    def route(self, code: str) -> Route:
        """The education route of that code. Raises NotInProfile."""
        return _named(self.routes, code, "route")

    def requirement(self, code: str) -> Requirement:
        """The requirement of that code. Raises NotInProfile."""
        return _named(self.requirements, code, "requirement")

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

    def fee(self, code: str, on_date: dt.date) -> Fee:
        """The fee of that code and its tax on a day in the college's time zone (R8). Raises FeeNotInForce."""
        return self.fees.fee(code, on_date)

    def registration_fee(self, category: str, on_date: dt.date) -> Fee:
        """What registration in a category costs on a day (R8). Raises NotInProfile and FeeNotInForce."""
        code = self.category(category).registration_fee
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

    def requirements_for(self, category: str | None, route: str | None, answers: Mapping[str, Any]) -> list[Requirement]:
        """What an application for `category` by `route` with these answers needs (F29), in the profile's order."""
        return [requirement for requirement in self.requirements if requirement.needed(category, route, answers)]

    @property
    def entry_categories(self) -> list[Category]:
        """The categories for which one may apply from outside (R2)."""
        return [category for category in self.categories if category.open_to_applicants]


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


Item = TypeVar("Item", bound=_Coded)


def _named(items: Iterable[Item], code: str, what: str) -> Item:
    for item in items:
        if item.code == code:
            return item
    raise NotInProfile(f"no {what} {code!r}")
