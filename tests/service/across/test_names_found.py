"""A name that was accepted is found by staff and the public in any spelling of it, whatever is pasted with it."""

import re
import unicodedata
from importlib import import_module

from alembic.migration import MigrationContext
from alembic.operations import Operations
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import literal, select, text

from services.common.kernel.typed_text import names
from services.common.kernel.typed_text.refused import Refused
from services.common.persistence import name_search
from services.common.persistence.floor_migration import NAME_KEY
from services.contracts import registry as register_contracts
from services.contracts.applications import review
from tests.support.actors.applications_journey import Applicant, Staff
from tests.support.actors.registry_journey import found, register_someone, start_registry

# First and last name as registered, and what people type for them.
REGISTERED = [
    (("Ann", "Smi\u200bth\u00aders"), ["Smithers", "smi\u200bthers", "Ann\u2060 Smithers", "\ufeffsmithers ann"]),
    (("小龍", "李"), ["李小龍", "小龍李", "李 小龍", "\u200b李小龍"]),
    (("Seán", "OBrien"), ["O Brien", "O'Brien", "OʼBrien", "o brien sean"]),
    (("Noor", "O’Neill"), ["O Neill", "ONeill", "neill"]),
    (("Anne-Marie", "De la Croix"), ["annemarie", "Anne Marie", "delacroix", "de la croix anne", "Ｄe La Croix"]),
    (("", "Suharto"), ["suharto", "SUHARTO\u200f"]),
]
LETTERS = st.characters(categories=["Lu", "Ll", "Lo"], max_codepoint=0x30000, exclude_characters="\u3164\u115f\u1160\uffa0ʹʺʻʼ")
NAMES = st.text(st.one_of(LETTERS, st.sampled_from("aeioué-’'\u200b\u200d\u0301")), min_size=1, max_size=8)
UNSEEN = st.sampled_from(["\u200b", "\u00ad", "\u2060", "\u202e", "\ufe0f", "\ufeff"])


def spellings(first: str, last: str, unseen: str) -> list[str]:
    whole = f"{first} {last}"
    return [
        whole,
        f"{last}, {first}",
        unicodedata.normalize("NFD", whole),
        unseen.join(whole),
        whole.replace("-", " "),
        whole.replace("’", "'"),
        # One or two letters are looked for where a word begins only.
        *([f"{first}{last}"] if re.match(r"[^\W\d_\u2e80-\U0003ffff]{3}", names.clean(last)) else []),
    ]


def test_the_register_is_searched_however_a_name_is_joined_parted_or_pasted(system):
    start_registry(system)
    for count, ((first, last), _) in enumerate(REGISTERED, 1):
        name = names.joined(first, last)
        register_someone(system, count, first_name=first, last_name=last, legal_name=name, commonly_used_name=None)
    for (first, last), typed in REGISTERED:
        for one in typed:
            assert found(system, one) == [names.joined(first, last)], one
    order = [one["name"] for one in system.call(register_contracts.SearchRegister, system.anonymous)["registrants"]]
    assert order.index("Suharto") > order.index("Seán OBrien")  # by the one name, as others by their last


def test_names_kept_before_are_found_once_the_migration_has_run(system):
    start_registry(system)
    versions = "services.registry.migrations.versions"
    with system.session("registry") as session:
        session.execute(text("DROP FUNCTION name_letters"))
        for statement in (NAME_KEY, import_module(f"{versions}.0001_register").NAME_WORDS):
            session.execute(text(statement.replace(":", r"\:").replace("CREATE F", "CREATE OR REPLACE F")))
    register_someone(system, first_name="小龍", last_name="李", legal_name="小龍 李", commonly_used_name="Smi\u200bthers")
    assert found(system, "李小龍") == found(system, "smithers") == []
    with system.session("registry") as session, Operations.context(MigrationContext.configure(session.connection())):
        import_module(f"{versions}.0005_names_joined_or_parted").upgrade()
    assert found(system, "李小龍") == found(system, "smithers") == ["小龍 李"]


def test_the_queue_is_searched_as_forgivingly(system):
    system.start("applications")
    office = Staff(system)
    people = [("Élodie", "Français"), ("Seán", "O’Brien"), ("Moira", "OBrien"), ("小龍", "李"), ("", "Suharto")]
    for number, (first, last) in enumerate(people):
        Applicant(system, f"A000001{number}").save("personal_information", legal_first_name=first, legal_last_name=last)

    def listed(name: str) -> set[str]:
        return {one["applicant_name"] for one in system.call(review.ListApplications, office.officer, name=name)["applications"]}

    assert listed("Français Élodie") == listed("elodie\u200b francais") == {"Élodie Français"}
    assert listed("O Brien") == listed("O'Brien") == listed("obrien") == {"Seán O’Brien", "Moira OBrien"}
    assert listed("李小龍") == listed("李") == {"小龍 李"}
    assert listed("suharto") == {"Suharto"}
    assert listed("\u200b\u202e") == listed("") == {names.joined(*one) for one in people}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much]
)
@given(first=NAMES, last=NAMES, unseen=UNSEEN)
def test_an_accepted_name_is_found_in_any_spelling(system, first, last, unseen):
    try:
        kept = names.joined(names.clean(first), names.clean(last))
    except Refused:
        assume(False)
    assume(kept)
    typed = spellings(first, last, unseen)
    with system.session("applications") as session:
        row = session.execute(select(*(name_search.has(literal(kept), one) for one in typed))).one()
    assert all(row), dict(zip(typed, row, strict=True))
