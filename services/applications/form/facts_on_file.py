"""Comparing what somebody says of themselves with what is on file, without telling what is on file (F10)."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import select

from services.applications import dossier
from services.applications.models import Application
from services.common.persistence.oneself import not_oneself
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.review import CompareFacts
from services.contracts.college import College, CollegeOnDay
from services.contracts.identity.support import CheckedFact

Answers = dict[str, Any]
MATCHES, DIFFERS, NOT_ON_FILE = "matches", "differs", "not_on_file"
# Letters of their own, from which no accent could be taken off.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
_APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´"))
_EXTENSION = re.compile(r"[^\W\d_].*", re.DOTALL)


def compare(work: UnitOfWork, college: College, request: CompareFacts.Request) -> CompareFacts.Reply:
    """Says of each fact that is stated whether it matches the application of an account; the trail has the results, never the facts.

    Raises OwnMatter.
    """
    not_oneself(work, request.account_id)
    application = work.session.scalars(select(Application).filter_by(account_id=request.account_id)).one_or_none()
    answers = dossier.load(work.session, application).answers if application else {}
    rules = dossier.judged_by(college, application, work.now) if application else college.at(work.now)
    checks = [
        CheckedFact(fact=fact, result=judge(rules, answers, value))
        for fact, judge in _JUDGES.items()
        if (value := getattr(request, fact)) is not None
    ]
    work.audit("facts:compare", f"account/{request.account_id}", after={"checks": [vars(check) for check in checks]})
    return CompareFacts.Reply(checks=checks)


def words(name: str) -> frozenset[str]:
    """The words of a name without case, accents, apostrophes and hyphens; their order counts for nothing."""
    bare = unicodedata.normalize("NFKD", name.translate(_APOSTROPHES)).casefold().translate(_PLAIN)
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return frozenset(re.findall(r"\w+", letters))


def digits(phone: str) -> str:
    """The digits of a telephone number, without Canada's country code, and without what follows a word such as “ext.”."""
    found = re.sub(r"[^0-9]", "", _EXTENSION.sub("", phone))
    return found[1:] if len(found) == 11 and found.startswith("1") else found


def letters_and_digits(code: str) -> str:
    """A postal code without case, spaces and hyphens."""
    return re.sub(r"[\W_]", "", code).upper()


def _legal_name(college: CollegeOnDay, answers: Answers, stated: str) -> str:
    # Middle names may be left out; the names that one is called by may not.
    roles = college.form.roles
    needed, also = (
        _words_of(answers, codes) for codes in (roles.display_name, (roles.first_name, roles.middle_names, roles.last_name))
    )
    if not needed:
        return NOT_ON_FILE
    return MATCHES if needed <= words(stated) <= needed | also else DIFFERS


def _words_of(answers: Answers, codes: tuple[str | None, ...]) -> frozenset[str]:
    return words(" ".join(str(answers.get(code) or "") for code in codes if code))


def _date_of_birth(college: CollegeOnDay, answers: Answers, stated: date) -> str:
    return _same(answers.get(college.form.roles.date_of_birth or ""), stated.isoformat(), str)


def _phone(college: CollegeOnDay, answers: Answers, stated: str) -> str:
    return _same(answers.get(college.form.roles.phone or ""), stated, digits)


def _postal_code(college: CollegeOnDay, answers: Answers, stated: str) -> str:
    codes = (code for code in college.form.roles.home_address if college.form.field(code).type == "postal_code")
    return _same(next((answers[code] for code in codes if answers.get(code)), None), stated, letters_and_digits)


def _same(on_file: str | None, stated: str, form: Callable[[str], str]) -> str:
    if not on_file:
        return NOT_ON_FILE
    return MATCHES if form(on_file) == form(stated) else DIFFERS


_JUDGES: dict[str, Callable[[CollegeOnDay, Answers, Any], str]] = {
    "legal_name": _legal_name,
    "date_of_birth": _date_of_birth,
    "phone": _phone,
    "postal_code": _postal_code,
}
