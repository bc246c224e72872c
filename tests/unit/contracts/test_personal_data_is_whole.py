"""No table is forgotten when somebody asks what is held of them (R15): each is selected, or there is a reason written here."""

import ast
import importlib
from pathlib import Path

import pytest

from services.common.kernel.text import Text
from services.contracts.topology import SERVICES

ROOT = Path(__file__).resolve().parents[3]
NOT_SELECTED = {
    "identity": {
        "RefreshToken": "digests of tokens; the sessions are shown",
        "Challenge": "steps under way for minutes, as digests",
        "CausedMail": "counts of a day, by digests of addresses that need not be anybody's",
        "Program": "of no person",
        "LegalHold": "its reason is the college's counsel's",
        "Account": "found by `lookup` and shown",
    },
    "applications": {
        "FileToRemove": "a hash of what is being destroyed",
        "TimelineEntry": "shown in its words, by `timeline.entries`",
    },
    "registry": {
        "CertificateFile": "where the certificate that is shown lies",
        "ComposedDay": "of no person",
        **dict.fromkeys(
            (
                *("LegalName", "CommonlyUsedName", "HeldCategory", "Status", "ImposedTerm", "LanguageOfCare"),
                *("PreviousName", "DateOfBirth", "HomeAddress", "Telephone", "PracticeSite"),
            ),
            "shown as the facts behind the register, by `record_keeping.history`",
        ),
    },
    "billing": {
        "InvoiceLine": "shown through its invoice",
        "InvoiceTax": "the total and the lines' taxes are shown",
        "LedgerEntry": "the books: nothing that invoices and payments do not say",
        "PaymentAllocation": "which payment is for which invoice, which the payments say",
        "LedgerPosting": "the books: nothing that invoices and payments do not say",
        "RenderedDocument": "where the PDFs of what is shown lie",
    },
    "qa": {},
    "correspondence": {},
}


def classes_of(service):
    """The names of a service's tables as classes."""
    base = importlib.import_module(f"services.{service}.models").Base
    return {mapper.class_.__name__ for mapper in base.registry.mappers}


def selected(service):
    """The names that the service's module about personal data takes from its models and hands to a query."""
    tree = ast.parse(next((ROOT / "services" / service).rglob("personal_data.py")).read_text())
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = {argument.id for call in calls for argument in call.args if isinstance(argument, ast.Name)}
    attributes = {
        node.value.id for node in ast.walk(tree) if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    return names | attributes


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_is_selected_or_there_is_a_reason_why_not(service):
    shown = selected(service) & classes_of(service)
    others = NOT_SELECTED[service].keys()
    assert shown | others == classes_of(service)


@pytest.mark.parametrize("service", SERVICES)
def test_every_name_of_a_section_or_column_is_in_both_languages(service):
    tree = ast.parse(next((ROOT / "services" / service).rglob("personal_data.py")).read_text())
    texts = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and getattr(node.func, "id", "") == Text.__name__]
    assert texts
    assert all(len(text.args) == 2 for text in texts)
