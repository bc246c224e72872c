"""One vocabulary: each code that an answer may hold has words in its owner's contract, and nobody who shows it keeps others."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from marshmallow import Schema as MarshmallowSchema
from marshmallow import fields, validate

from services.applications.life import lifecycle
from services.applications.models import PAYMENTS
from services.billing import other_notices
from services.common.duties.audit_calls import FAULT_WORDS
from services.common.kernel.contract import Call
from services.common.kernel.text import LANGUAGES
from services.common.persistence.audit_trail import FAULTS
from services.contracts import applications, billing, correspondence, identity, qa, registry, roles
from services.contracts.applications import shapes, states
from services.contracts.applications import words as applications_words
from services.contracts.billing import words as billing_words
from services.contracts.college.charges import EFFECTS
from services.contracts.college.requirements import PROVIDERS
from services.contracts.correspondence import words as correspondence_words
from services.contracts.identity import delegates, factors, support
from services.contracts.identity import words as identity_words
from services.contracts.pages import PAGES
from services.contracts.registry import words as registry_words
from services.registry import registrant_file
from services.registry.facts.kinds import KINDS
from services.registry.facts.shape import SOURCES

ROOT = Path(__file__).resolve().parents[3]
SHOWN = (applications, billing, correspondence, identity, qa, registry)  # whose calls are walked: importing them declares them
WORDS = (
    {
        f"{module.__name__.split('.')[-2]}.{name}": words
        for module in (applications_words, billing_words, correspondence_words, identity_words)
        for name, words in vars(module).items()
        if name.isupper()
    }
    | {f"registry.{name}": words for name, words in vars(registry_words).items() if isinstance(words, dict) and name.isupper()}
    | {"audit.FAULTS": FAULT_WORDS, "pages.PAGES": PAGES}
)
WORDS |= {f"registry.{name}": words for name, words in vars(registry_words).items() if isinstance(words, dict) and name.isupper()}
WHO = ("applicant", "institution", "college", "nobody")
# What a program is told, which nobody is shown: how a number was looked up, what became of a notice, how one may sign in.
NO_WORDS = {"found_by", "outcome", "methods", "scopes"}


def flags_that_the_database_takes() -> list[str]:
    """What the table of payments may hold as a flag."""
    migration = ROOT / "services" / "billing" / "migrations" / "versions" / "0001_invoices_payments_ledger.py"
    (listed,) = re.findall(r"flag IN \((.*?)\)", migration.read_text())
    return re.findall(r"'(\w+)'", listed)


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        ("applications.STATES", states.ALL),
        ("applications.STEPS", [step.code for step in lifecycle.STEPS]),
        ("applications.WHO_ACTS_NEXT", WHO),
        ("applications.WHO_ACTS_NEXT_FOR_YOU", WHO),
        ("applications.BY", shapes.CHANGED_BY),
        ("applications.PROVIDERS", PROVIDERS),
        ("applications.PAGE_STATES", ("not_started", "incomplete", "complete")),
        ("applications.DOCUMENT_STATES", shapes.DOCUMENT_STATES),
        ("applications.REQUIREMENT_STATES", shapes.REQUIREMENT_STATES),
        ("applications.PAYMENTS", PAYMENTS),
        ("applications.FEES", shapes.FEE_STATES),
        ("applications.STATES_UNPAID", (states.SUBMITTED,)),
        ("billing.INVOICE_STATES", billing.invoices.INVOICE_STATES),
        ("billing.PAID_AND_ON_ITS_WAY", EFFECTS),
        ("billing.PAYMENT_FLAGS", flags_that_the_database_takes()),
        (
            "billing.NOTICE_FLAGS",
            (other_notices.REFUND, other_notices.DISPUTE, other_notices.UNKNOWN, other_notices.UNREADABLE),
        ),
        ("correspondence.DELIVERY_STATES", correspondence.messages.DELIVERY_STATES),
        ("identity.ROLES", roles.ALL_ROLES),
        ("identity.LANGUAGES", LANGUAGES),
        ("identity.FACTOR_KINDS", factors.KINDS),
        ("identity.DELEGATION_STATES", delegates.STATES),
        ("identity.REQUEST_STATES", support.STATES),
        ("identity.REQUEST_KINDS", support.KINDS),
        ("identity.REQUEST_KINDS_FOR_YOU", support.KINDS),
        ("identity.FACTS", support.FACTS),
        ("identity.RESULTS", support.RESULTS),
        ("audit.FAULTS", FAULTS),
        ("registry.KINDS_OF_FACTS", [kind.kind for kind in KINDS]),
        ("registry.SOURCES_OF_FACTS", SOURCES),
        ("registry.STATES_OF_FACTS", registrant_file.STATES),
    ],
)
def test_a_table_has_words_for_each_code_of_its_kind_and_for_no_other(words, codes):
    assert set(WORDS[words]) == set(codes)


def choices(schema: type[MarshmallowSchema] | MarshmallowSchema, seen: set[type]) -> Iterator[tuple[str, frozenset[str]]]:
    """The codes that each field of a schema may hold, by the field's name, to every depth."""
    instance = schema() if isinstance(schema, type) else schema
    if type(instance) in seen:
        return
    seen.add(type(instance))
    for name, declared in instance.fields.items():
        field = declared.inner if isinstance(declared, fields.List) else declared
        if isinstance(field, fields.Nested):
            yield from choices(field.schema, seen)
        for validator in field.validators:
            if isinstance(validator, validate.OneOf):
                yield name, frozenset(code for code in validator.choices if isinstance(code, str))


def test_every_code_that_an_answer_may_hold_has_words():
    seen: set[type] = set()
    told = {found for call in Call.all.values() if call.owner != "tiny" for found in choices(call.Reply.schema, seen)}
    lacking = {(name, tuple(sorted(codes))) for name, codes in told if not any(codes <= set(words) for words in WORDS.values())}
    assert {found for found in lacking if found[0] not in NO_WORDS} == set()


def kept_words(tree: ast.Module) -> Iterator[tuple[int, frozenset[str]]]:
    """Line and keys of every table of words: a dictionary whose values are texts, a `prefix.` before all its keys left out."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Dict):
            continue
        keyed = [(key.value, value) for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)]
        groups: dict[str, set[str]] = {}
        for key, value in keyed:
            if isinstance(key, str) and isinstance(value, ast.Call) and getattr(value.func, "id", "") in ("_", "Text"):
                prefix, _, code = key.rpartition(".")
                groups.setdefault(prefix, set()).add(code)
        yield from ((node.lineno, frozenset(codes)) for codes in groups.values() if len(codes) > 1)


def test_neither_pages_nor_commands_keep_words_for_a_code_of_a_contract():
    # Languages are left out: what is said in each of them is no name of the language.
    tables = {name: set(words) for name, words in WORDS.items() if name != "identity.LANGUAGES"}
    kept = {
        f"{path.relative_to(ROOT)}:{line}": sorted(name for name, codes in tables.items() if keys <= codes)
        for folder in ("gateway", "staff")
        for path in sorted((ROOT / folder).rglob("*.py"))
        for line, keys in kept_words(ast.parse(path.read_text()))
        if any(keys <= codes for codes in tables.values())
    }
    assert kept == {}


def test_a_table_that_a_page_keeps_is_found():
    states_named_anew = ast.parse('NAMES = {"open": _("Open"), "proposed": _("To be confirmed")}')
    assert [keys <= set(identity_words.REQUEST_STATES) for _, keys in kept_words(states_named_anew)] == [True]
