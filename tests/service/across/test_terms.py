"""Conditions in both languages: given by code or in both, told in each, read still as earlier releases wrote them (P3)."""

import pytest
from sqlalchemy import text

from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.migrate import migrate
from services.contracts import identity, registry
from services.contracts.applications import review
from services.contracts.terms import carried
from services.contracts.terms_restated import restate
from tests.support.actors.administrator import ID
from tests.support.actors.applications_journey import UPGRADING, Staff, in_review
from tests.support.actors.identity_people import EMAIL, add_person
from tests.support.actors.registry_journey import content, read_when_ready, register_someone, start_registry, words_of
from tests.support.system import ROOT

CODES = "clinical_supervision, completion_of_degree, upgrading"
SUDBURY = {"code": None, "en": "Practises in Sudbury only.", "fr": "Exerce à Sudbury seulement."}
ONLY_ENGLISH = "Texte en anglais seulement; demandez la traduction à l’Ordre."
ONLY_FRENCH = "In French only; ask the College for a translation."
BEFORE = ["Practises in Sudbury only.", UPGRADING["en"], "Exerce à Sudbury seulement."]
RESTATED = [SUDBURY | {"fr": None}, UPGRADING, SUDBURY | {"en": None}]


@pytest.fixture
def running(system):
    system.start("applications")
    return system


@pytest.mark.parametrize(
    ("request_of", "faults"),
    [
        ({"terms": [{"code": "upgrading"}, {"en": "Only in Sudbury."}]}, [("terms.1.fr", "french_missing")]),
        ({"terms": [{"fr": "À Sudbury seulement."}]}, [("terms.0.en", "english_missing")]),
        ({"terms": [{"en": "Only in Sudbury.", "fr": " "}]}, [("terms.0.fr", "french_missing")]),
        ({"terms": [{"code": "upgrading", "en": "Upgrade."}]}, [("terms.0.en", "invalid")]),
        ({"terms": [{"code": "juggling"}]}, [("terms.0.code", f"not_a_choice {CODES}")]),
        ({"terms": [{"code": "upgrading"}] * 2}, [("terms", "repeated")]),
        ({"conditions": ["Only in Sudbury."]}, [("conditions.0", "both_languages")]),
    ],
)
def test_a_condition_in_one_language_or_of_an_unknown_code_is_pointed_out_at_its_field(running, request_of, faults):
    person, staff = in_review(running), Staff(running)
    with pytest.raises(Invalid) as refused:
        staff.step(review.Decide, person.id, decision="approved_with_conditions", **request_of)
    assert [(one["field"], one["code"]) for one in refused.value.params["errors"]] == faults
    assert person.mine()["state"] == "in_review"


def test_an_earlier_release_beside_this_one_approves_with_standard_conditions_as_it_did(running):
    person, staff = in_review(running), Staff(running)
    summary = staff.step(review.Decide, person.id, decision="approved_with_conditions", conditions=[UPGRADING["en"]])
    assert summary["terms"] == [UPGRADING]


def look_up(system, fact):
    return system.call(registry.LookUpRegistrant, system.anonymous, number=fact.data["registration_number"])


def certificate_words(system, application, language):
    caller = system.caller("registrant", account_id=application["account_id"])
    return words_of(content(system, read_when_ready(system, caller, language=language)))


def test_the_register_and_the_certificate_say_each_condition_in_the_readers_language(system):
    start_registry(system)
    application, fact = register_someone(system, **carried([UPGRADING, SUDBURY]))
    assert look_up(system, fact)["terms"] == [UPGRADING, SUDBURY]
    french, english = (certificate_words(system, application, language) for language in ("fr", "en"))
    assert SUDBURY["fr"] in french and "La personne inscrite doit terminer" in french
    assert SUDBURY["en"] not in french and ONLY_ENGLISH not in french
    assert SUDBURY["en"] in english and "The registrant must complete" in english and SUDBURY["fr"] not in english


def test_an_approval_told_by_an_earlier_release_is_registered_and_what_is_in_one_language_is_said_to_be(system):
    start_registry(system)
    application, fact = register_someone(system, terms=None, conditions=BEFORE)
    entry = look_up(system, fact)
    assert (entry["terms"], entry["conditions"]) == (RESTATED, BEFORE)
    french, english = (certificate_words(system, application, language) for language in ("fr", "en"))
    assert f"{SUDBURY['en']} {ONLY_ENGLISH}" in french and "La personne inscrite doit terminer" in french
    assert f"{SUDBURY['fr']} {ONLY_FRENCH}" in english


def test_what_an_earlier_release_wrote_beside_this_one_is_read_before_any_migration(system):
    start_registry(system)
    _, fact = register_someone(system)
    with system.session("registry") as session:
        session.execute(text("ALTER TABLE register_entries DISABLE TRIGGER keep_history"))
        session.execute(text("UPDATE register_entries SET terms = NULL, conditions = :before"), {"before": as_json(BEFORE)})
    assert look_up(system, fact)["terms"] == RESTATED


def as_json(conditions):
    return "[" + ", ".join(f'"{one}"' for one in conditions) + "]"


# What the migrations after it made, which are run again with it.
LATER = {
    "registry": (
        "DROP TABLE held_certificates, composed_days, pending_descriptions",
        "DROP TABLE previous_names, dates_of_birth, home_addresses, telephones, practice_sites",
        "DROP TABLE legal_names, commonly_used_names, held_categories, statuses, imposed_terms, languages_of_care",
        "DROP FUNCTION keep_facts()",
        "ALTER TABLE register_entries DROP COLUMN document",
    ),
    "applications": (
        "ALTER TABLE applications DROP COLUMN fee, DROP COLUMN fee_invoice_number",
        "DROP TABLE deadline_adjustments, deadline_steps",
        "DROP TABLE application_changes",
        "ALTER TABLE documents DROP COLUMN version",
        "DROP INDEX ix_timeline_entry_registered, ix_application_name_slips, ix_application_queue, ix_application_state_queue",
        "DROP FUNCTION name_slips(text), queue_place(text, timestamptz)",
        "CREATE INDEX ix_application_queue ON applications (submitted_at, id)",
        "CREATE INDEX ix_application_state_queue ON applications (state, submitted_at, id)",
        "ALTER TABLE applications DROP COLUMN judged_on",
    ),
}


def before_the_migration(system, service, revision, tables):
    """Brings a database back to where an earlier release left it, with conditions as it kept them."""
    with system.session(service) as session:
        for table in tables:
            if table == "register_entries":
                session.execute(text("ALTER TABLE register_entries DISABLE TRIGGER keep_history"))
            session.execute(text(f"UPDATE {table} SET conditions = :before"), {"before": as_json(BEFORE)})  # noqa: S608 - our own words
            session.execute(text(f"ALTER TABLE {table} DROP COLUMN terms"))
            if table == "register_entries":
                session.execute(text("ALTER TABLE register_entries ENABLE TRIGGER keep_history"))
        for statement in LATER[service]:
            session.execute(text(statement))
        session.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})


def migrated(system, service, monkeypatch):
    monkeypatch.setenv("COLLEGE_PROFILE", str(ROOT / "deploy/colleges/crpo"))
    database = system.engines.admin_database_url(system.database(service))
    return migrate(f"services.{service}", database, system._templates.role(service))


def test_the_migration_of_registry_restates_what_was_stored_and_the_history_stays_held(system, monkeypatch):
    start_registry(system)
    _, fact = register_someone(system)
    system.stop("registry")
    before_the_migration(system, "registry", "0005", ["pending_registrations", "register_entries"])
    assert migrated(system, "registry", monkeypatch) >= "0006"
    with system.session("registry") as session:
        for table in ("pending_registrations", "register_entries"):
            kept = session.execute(text(f"SELECT terms, conditions FROM {table}")).one()  # noqa: S608 - our own words
            assert tuple(kept) == (RESTATED, BEFORE)
        held = "SELECT tgenabled FROM pg_trigger WHERE tgname = 'keep_history'"
        assert session.scalar(text(held)) in ("O", b"O")
    start_registry(system)
    assert look_up(system, fact)["terms"] == RESTATED


def test_the_migration_of_applications_restates_what_was_stored_and_says_where_the_profile_is_needed(system, monkeypatch):
    system.start("applications")
    person = in_review(system)
    Staff(system).step(review.Decide, person.id, decision="approved_with_conditions", terms=[{"code": "upgrading"}])
    system.stop("applications")
    before_the_migration(system, "applications", "0007", ["applications"])
    assert migrated(system, "applications", monkeypatch) >= "0008"
    system.start("applications")
    assert person.mine()["terms"] == RESTATED
    assert Staff(system).see(person.id).terms == RESTATED
    monkeypatch.delenv("COLLEGE_PROFILE")
    with system.session("applications") as session:
        assert restate(session.connection(), "applications", "id") == 0  # nothing is to be restated: no profile is needed
        session.execute(text("UPDATE applications SET terms = NULL"))
        with pytest.raises(RuntimeError, match="COLLEGE_PROFILE"):
            restate(session.connection(), "applications", "id")


def test_what_is_held_of_a_person_has_each_condition_in_the_language_asked(system):
    start_registry(system)
    application, _ = register_someone(system, terms=None, conditions=BEFORE)
    caller = system.caller("registrant", account_id=application["account_id"], language="fr")
    sections = system.call(registry.personal_data.GetPersonalData, caller)["sections"]
    told = [row["conditions"] for section in sections for row in section["rows"] if "conditions" in row]
    assert told == [[f"{SUDBURY['en']} ({ONLY_ENGLISH})", UPGRADING["fr"], SUDBURY["fr"]]] * 2


def test_reviewers_are_told_in_which_language_a_person_reads_and_nobody_else_is(system):
    system.start("identity")
    account_id = add_person(system, EMAIL, "applicant", application_id=ID, language="fr")
    asked = {"account_id": account_id}
    assert system.call(identity.administration.GetPreferredLanguage, system.caller("registration_officer"), **asked) == {
        "language": "fr"
    }
    with pytest.raises(NotFound):
        system.call(identity.administration.GetPreferredLanguage, system.caller("registrar"), account_id=new_id())
    for role in ("applicant", "support"):
        with pytest.raises(Forbidden):
            system.call(identity.administration.GetPreferredLanguage, system.caller(role), **asked)
