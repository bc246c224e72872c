"""A date is refused by what it means: the table of cases, in the contracts that ask for one and in both languages."""

import datetime as dt

import pytest

from services.common.kernel import clock
from services.common.kernel.errors import Invalid
from services.common.kernel.ids import new_id
from services.common.kernel.validation import words
from services.contracts import applications, billing, identity

NOON = dt.datetime(2026, 11, 23, 12, tzinfo=dt.UTC)
BORN, DUE, UNTIL = "stated.date_of_birth", "due_on", "until"


def access(day):
    stated = {"legal_name": "Ana Roy", "date_of_birth": day}
    return identity.support.RequestAccess, {"kind": "lost_email", "contact_email": "a@people.example.org", "stated": stated}


def more(day):
    items = [{"field": "programme_name", "reason": "All of it."}]
    return applications.review.RequestMore, {"application_id": str(new_id()), "version": 3, "items": items, "due_on": day}


def invoices(since, until):
    return billing.issued.ListIssuedInvoices, {"since": since, "until": until}


def trail(since, until):
    return billing.audit.ListAudit, {"since": f"{since}T00:00:00-05:00", "until": f"{until}T00:00:00-05:00"}


@pytest.mark.parametrize(
    ("asked", "field", "code"),
    [
        (access("1899-12-31"), BORN, "unlikely_year 1900–2100"),
        (access("1900-01-01"), BORN, None),
        (access("23 novembre 2026"), BORN, None),
        (access("2026-11-24"), BORN, None),  # today already, where it is latest
        (access("2026-11-25"), BORN, "in_the_future"),
        (access("2999-01-01"), BORN, "unlikely_year 1900–2100"),
        (more("2026-11-21"), DUE, "in_the_past"),
        (more("2026-11-23"), DUE, None),
        (more("January 15, 2027"), DUE, None),
        (more("20271-01-15"), DUE, "invalid_date"),
        (more("2207-01-15"), DUE, "unlikely_year 1900–2100"),
        (invoices("2026-03-01", "2026-03-01"), UNTIL, None),
        (invoices("2026-03-01", None), UNTIL, None),
        (invoices(None, "2026-03-01"), UNTIL, None),
        (invoices("2026-03-02", "2026-03-01"), UNTIL, "earlier_than since"),
        (trail("2026-03-01", "2026-03-02"), UNTIL, None),
        (trail("2026-03-02", "2026-03-01"), UNTIL, "earlier_than since"),
    ],
    ids=str,
)
def test_a_date_is_refused_by_what_it_means(monkeypatch, asked, field, code):
    monkeypatch.setattr(clock, "now", lambda: NOON)
    contract, given = asked
    if code is None:
        assert contract.check(given)
        return
    with pytest.raises(Invalid) as refusal:
        contract.check(given)
    assert [(one["field"], one["code"]) for one in refusal.value.params["errors"]] == [(field, code)]
    assert words(code, "en") != words(code, "fr") != code


def test_what_was_kept_before_there_was_a_rule_is_answered_as_it_is():
    shown = {"legal_name": "Ana Roy", "date_of_birth": "2999-01-01"}
    field = identity.support.GetAccessRequest._readable[-1][1].fields["stated"]
    assert field.deserialize(shown).date_of_birth == dt.date(2999, 1, 1)
