"""Searching the public register on the real bus and database."""

import pytest
from sqlalchemy import event

from services.common.kernel.errors import Invalid
from services.common.kernel.paging import write_cursor
from services.contracts import registry as contracts
from tests.support.actors.registry_journey import approve, found, pay, register_someone, start_registry

PEOPLE = [
    ("Élise", "Côté", None),
    ("Jean-Pierre", "Tremblay", "JP"),
    ("Zoë", "D’Amour-O’Neil", None),
    ("Łukasz", "Œuvrard", None),
    ("Mary Ann", "Smith", "Annie"),
    ("Mary", "Smithson", None),
]


@pytest.fixture
def register(system):
    """A register of six people."""
    start_registry(system)
    for first, last, common in PEOPLE:
        names = {"first_name": first, "last_name": last, "legal_name": f"{first} {last}", "commonly_used_name": common}
        pay(system, approve(system, **names))
    system.announced(contracts.RegistrationFinalised, count=len(PEOPLE))
    return system


def test_names_are_found_whatever_their_accents_case_and_order(register):
    for name in ("cote elise", "Élise Côté", "COTE", "elise", "côté, élise", "  cote   ELISE ", "Côte\u0301"):
        assert found(register, name) == ["Élise Côté"], name


def test_names_are_found_by_the_beginnings_of_their_words(register):
    assert found(register, "trem") == ["Jean-Pierre Tremblay"]
    assert found(register, "pierre tre") == ["Jean-Pierre Tremblay"]
    assert found(register, "jean pierre") == ["Jean-Pierre Tremblay"]
    assert found(register, "mary smi") == ["Mary Ann Smith", "Mary Smithson"]
    assert found(register, "emblay") == []


def test_names_with_apostrophes_and_ligatures_are_found_as_people_type_them(register):
    for name in ("d'amour", "damour", "amour", "oneil", "O'Neil", "o neil", "neil zoe"):
        assert found(register, name) == ["Zoë D’Amour-O’Neil"], name
    for name in ("oeuvrard", "lukasz", "ŒUVRARD"):
        assert found(register, name) == ["Łukasz Œuvrard"], name


def test_a_commonly_used_name_finds_its_bearer(register):
    assert found(register, "annie") == ["Mary Ann Smith"]
    assert found(register, "annie smith") == ["Mary Ann Smith"]


def test_one_or_two_letters_find_the_beginnings_of_last_names(register):
    assert found(register, "s") == ["Mary Ann Smith", "Mary Smithson"]
    assert found(register, "zo") == []


def test_nothing_typed_lists_all_by_last_name(register):
    expected = ["Élise Côté", "Zoë D’Amour-O’Neil", "Łukasz Œuvrard", "Mary Ann Smith", "Mary Smithson", "Jean-Pierre Tremblay"]
    assert found(register, "") == found(register, "   ") == expected


def test_a_number_finds_its_bearer_in_any_spacing_and_one_with_a_slip_nobody(register):
    [entry] = register.call(contracts.SearchRegister, register.anonymous, name="cote")["registrants"]
    number = entry["registration_number"]
    assert found(register, number) == found(register, f" {number[:2]} {number[2:]} ") == ["Élise Côté"]
    assert found(register, number[:-1] + str((int(number[-1]) + 1) % 10)) == []


@pytest.mark.parametrize(
    "name",
    ["%", "_", "%%%", "c%", "'", "\\", "& | !", ":*", "cote':*", "'; DROP TABLE registrants; --", "(", "😀", "--"],
)
def test_signs_with_a_meaning_elsewhere_have_none_here(register, name):
    assert found(register, name) in ([], ["Élise Côté"])
    assert len(found(register, "")) == len(PEOPLE)


def test_pages_follow_each_other_without_gap_or_repetition(register):
    for name in ("", "mary"):
        names, cursor = [], None
        while True:
            page = register.call(contracts.SearchRegister, register.anonymous, name=name, cursor=cursor, limit=1)
            names += [one["name"] for one in page["registrants"]]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert names == found(register, name)


def test_somebody_registered_between_two_pages_shifts_nothing(register):
    page = register.call(contracts.SearchRegister, register.anonymous, name="", limit=2)
    register_someone(register, count=7, first_name="Aa", last_name="Aaa", legal_name="Aa Aaa", commonly_used_name=None)
    rest = register.call(contracts.SearchRegister, register.anonymous, name="", limit=100, cursor=page["next_cursor"])
    assert rest["registrants"][0]["name"] == "Łukasz Œuvrard"
    assert len(rest["registrants"]) == 4


@pytest.mark.parametrize(
    "cursor", ["x", write_cursor("a"), write_cursor("a", "b", "c"), write_cursor(1, 2, 3), write_cursor("\x00", "", "")]
)
def test_a_cursor_that_is_none_of_ours_is_refused(register, cursor):
    with pytest.raises(Invalid):
        found(register, "", cursor=cursor)


@pytest.mark.parametrize("request_", [{"name": "x" * 201}, {"name": "\x00cote"}, {"limit": 0}, {"limit": 101}])
def test_questions_out_of_bounds_are_refused(register, request_):
    with pytest.raises(Invalid):
        register.call(contracts.SearchRegister, register.anonymous, **request_)


def test_many_words_are_no_burden(register):
    assert found(register, "cote " * 40) == ["Élise Côté"]


def test_lists_show_the_public_fields_only(register):
    [entry] = register.call(contracts.SearchRegister, register.anonymous, name="cote")["registrants"]
    assert set(entry) == {
        "registration_number",
        "name",
        "commonly_used_name",
        "category",
        "category_name",
        "status",
        "status_words",
    }


def test_the_number_of_queries_does_not_grow_with_the_page(register):
    statements = []
    engine = next(
        one.shared.database.reads
        for one in register.containers["registry"].extensions
        if hasattr(one, "shared") and hasattr(one.shared, "database")
    )
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for name, queries in (("", 1), ("mary", 2), ("mary smith", 2)):
        statements.clear()
        found(register, name)
        assert len(statements) == queries
