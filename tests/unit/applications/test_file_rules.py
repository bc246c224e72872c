"""Requirements, blockers, what is open, whose turn it is, and what a saved page holds: judged on files made by hand."""

from datetime import date

import pytest

from services.applications.documents import file_rules
from services.applications.documents.documents import plain_name
from services.applications.form import blockers, editing, pages, requirements
from services.applications.life import summaries
from services.applications.models import Application
from services.applications.review import approved_person, decisions
from services.common.kernel.errors import Invalid
from services.common.kernel.ids import new_id
from services.contracts.applications import states
from services.contracts.applications.errors import DocumentRefused, DocumentTooLarge, ReadOnly, ReasonsNeeded
from services.contracts.applications.events import Address, Site
from services.contracts.college import Text
from tests.unit.applications.instants import NOW

CHOSEN = {
    "category": "rp_qualifying",
    "education_route": "recognised_programme",
    "educated_in_canada": True,
    "educated_in_english_or_french": True,
    "degree_status": "awarded",
}


def states_of(college, file):
    return {one.requirement.code: one.state for one in requirements.live(college, file)}


@pytest.mark.parametrize(
    ("history", "state"),
    [
        ([], "missing"),
        (["received"], "received"),
        (["refused"], "refused"),
        (["refused", "received"], "received"),
        (["received", "refused"], "refused"),
        (["accepted", "received"], "accepted"),
        (["accepted", "refused"], "accepted"),
    ],
)
def test_the_newest_document_says_the_state_unless_one_was_accepted(college, dossier, document, history, state):
    newest_first = [document("government_id", one, minutes) for minutes, one in enumerate(history)][::-1]
    assert states_of(college, dossier(documents=newest_first, **CHOSEN))["government_id"] == state


def test_what_came_before_the_college_asked_again_no_longer_counts(college, dossier, document, request_for):
    old, new = document("government_id", "accepted", 1), document("government_id", "received", 3)
    asked = [request_for(requirement="government_id", minutes=2)]
    assert states_of(college, dossier("incomplete", [old], asked, **CHOSEN))["government_id"] == "requested"
    assert states_of(college, dossier("incomplete", [new, old], asked, **CHOSEN))["government_id"] == "received"


def test_a_field_that_selects_a_document_asks_for_its_requirement_too(college, dossier, request_for):
    asked = [request_for(field="government_id_document")]
    assert states_of(college, dossier("incomplete", requested=asked, **CHOSEN))["government_id"] == "requested"


def test_what_the_college_asks_for_beyond_the_route_is_shown(college, dossier, request_for):
    asked = [request_for(requirement="course_descriptions")]
    assert "course_descriptions" not in states_of(college, dossier(**CHOSEN))
    assert states_of(college, dossier("incomplete", requested=asked, **CHOSEN))["course_descriptions"] == "requested"


def test_blockers_come_in_the_order_of_the_form_with_words_in_both_languages(college, dossier):
    found = blockers.find(college, dossier(**CHOSEN), NOW)
    order = [page.code for page in college.form.pages]
    assert [order.index(one.page) for one in found] == sorted(order.index(one.page) for one in found)
    assert [one.requirement for one in found if one.page == "supporting_documents"] == [
        "government_id", "jurisprudence_certificate", "degree_or_diploma", "transcript",
    ]  # fmt: skip
    personal = [one.field for one in found if one.page == "personal_information"]
    fields = [field.code for field in college.form.fields]
    assert personal == sorted(personal, key=fields.index) and "legal_middle_names" not in personal
    assert all(one.message.en and one.message.fr and one.message.en != one.message.fr for one in found)


def test_a_field_required_by_another_answer_blocks_only_then(college, dossier):
    def blocked(**answers):
        return {one.field for one in blockers.find(college, dossier(**CHOSEN, **answers), NOW)}

    assert "home_province" in blocked(home_country="CA") and "home_province" not in blocked(home_country="FR")
    assert "offence_details" in blocked(offence_finding=True) and "offence_details" not in blocked(offence_finding=False)


def test_a_declaration_that_is_not_ticked_blocks_with_its_own_words(college, dossier):
    found = {one.field: one for one in blockers.find(college, dossier(declaration_agreement=False), NOW)}
    assert found["declaration_agreement"].code == "not_agreed"
    assert found["declaration_agreement"].message.fr == "Veuillez cocher cet énoncé pour l’accepter."


def test_an_answer_that_became_wrong_blocks_with_words_that_say_what_to_type(college, dossier):
    found = {one.field: one for one in blockers.find(college, dossier(phone="12"), NOW)}
    assert found["phone"].code == "invalid_phone" and "416 555-0123" in found["phone"].message.fr


def test_a_date_before_another_is_told_with_the_label_of_the_other(college, dossier):
    given = dossier(date_of_birth="1994-03-17", programme_end_date="1990-05-01")
    found = {one.field: one for one in blockers.find(college, given, NOW)}
    assert "“Date of birth”" in found["programme_end_date"].message.en
    assert "Date de naissance" in found["programme_end_date"].message.fr


def test_one_name_is_enough_whichever_field_it_stands_in(college, dossier):
    for names in ({"legal_first_name": "Suharto"}, {"legal_last_name": "Suharto"}):
        blocked = {one.field for one in blockers.find(college, dossier(**names), NOW)}
        assert not blocked & {"legal_first_name", "legal_last_name"}
        registered = approved_person.as_registered(college, names)
        assert (registered["legal_name"], registered["first_name"], registered["last_name"]) == ("Suharto", "", "Suharto")
    assert {"legal_first_name", "legal_last_name"} <= {one.field for one in blockers.find(college, dossier(), NOW)}


def test_a_page_that_selects_a_refused_document_must_select_another(college, dossier, document):
    old, new = document("government_id", "refused"), document("government_id", minutes=1)
    file = dossier(documents=[new, old], government_id_document=str(old.id), **CHOSEN)
    found = {one.field or one.requirement: one.code for one in blockers.find(college, file, NOW)}
    assert found["government_id_document"] == "not_your_document" and "government_id" not in found


@pytest.mark.parametrize("state", [state for state in states.ALL if state not in states.EDITABLE])
def test_nothing_blocks_and_nothing_is_editable_once_the_college_has_it(college, dossier, state):
    file = dossier(state, **CHOSEN)
    assert blockers.find(college, file, NOW) == [] and editing.editable_fields(college, file) == []


def test_a_draft_is_open_as_a_whole(college, dossier):
    assert editing.editable_fields(college, dossier()) == [field.code for field in college.form.fields]


def test_a_reopened_field_opens_those_that_it_makes_required_and_no_other(college, dossier, document, request_for):
    sent = [document(code, in_file=True) for code in ("government_id", "jurisprudence_certificate", "degree_or_diploma")]
    file = dossier("incomplete", sent, [request_for(field="offence_finding")], **CHOSEN)
    assert editing.editable_fields(college, file) == ["offence_finding", "offence_details"]


def test_documents_may_be_added_for_what_was_asked_for_refused_or_never_sent(college, dossier, document, request_for):
    sent = [document("government_id", in_file=True), document("jurisprudence_certificate", "refused", in_file=True)]
    file = dossier("incomplete", sent, [request_for(requirement="government_id")], **CHOSEN)
    assert editing.open_requirements(college, file) == {"government_id", "jurisprudence_certificate", "degree_or_diploma"}
    file.requested.clear()
    assert editing.open_requirements(college, file) == {"jurisprudence_certificate", "degree_or_diploma"}


def test_only_what_need_not_block_may_follow_a_submission(college, dossier, document):
    file = dossier("in_review", offence_finding=True, **CHOSEN)
    assert editing.open_requirements(college, file) == {"vulnerable_sector_check"}
    file.documents.append(document("vulnerable_sector_check"))
    assert editing.open_requirements(college, file) == set()
    assert editing.open_requirements(college, dossier("approved", offence_finding=True, **CHOSEN)) == set()


@pytest.mark.parametrize(
    ("state", "payment", "providers", "who"),
    [
        ("draft", "none", [], "applicant"),
        ("draft", "none", ["institution"], "institution"),
        ("draft", "none", ["institution", "applicant"], "applicant"),
        ("draft", "none", ["staff"], "college"),
        ("incomplete", "none", ["applicant"], "applicant"),
        ("incomplete", "none", ["institution"], "institution"),
        ("submitted", "none", [], "college"),
        ("in_review", "none", [], "college"),
        ("approved", "none", [], "college"),
        ("approved", "invoiced", [], "applicant"),
        ("approved_with_conditions", "being_finalised", [], "college"),
        ("finalised", "finalised", [], "nobody"),
        ("withdrawn", "none", [], "nobody"),
    ],
)
def test_whose_turn_it_is(dossier, state, payment, providers, who):
    application = dossier(state).application
    application.payment = payment
    words = Text("x", "x")
    found = [blockers.Blocker("x", "p", None, "r", words, words, provider) for provider in providers]
    assert summaries.who_acts_next(application, found) == who


def test_a_reopened_page_takes_the_open_field_and_keeps_the_others(college, judged):
    page = next(page for page in college.form.pages if page.code == "education")
    stored = {"institution_name": "A", "programme_name": "B"}
    saved = pages.clean_page(page, stored, {"programme_name": "C", "institution_name": "A"}, {"programme_name"}, judged())
    assert saved == {"institution_name": "A", "programme_name": "C"}
    assert pages.clean_page(page, stored, {"programme_name": ""}, {"programme_name"}, judged()) == {"institution_name": "A"}
    with pytest.raises(ReadOnly) as refused:
        pages.clean_page(page, stored, {"institution_name": "Z"}, {"programme_name"}, judged())
    assert refused.value.params == {"fields": ["institution_name"]}
    with pytest.raises(ReadOnly):
        pages.clean_page(page, stored, {"institution_name": ""}, {"programme_name"}, judged())


def test_the_files_that_a_requirement_takes_are_those_of_the_profile(college):
    asked = college.requirement("government_id")
    for taken in ("image/png", "image/heic"):
        file_rules.check_file(asked, taken, asked.max_bytes)
    with pytest.raises(DocumentRefused) as refused:
        file_rules.check_file(asked, "image/gif", 1)
    assert "PDF, JPEG, PNG, HEIC" in refused.value.say("fr") and "une image GIF" in refused.value.say("fr")
    with pytest.raises(DocumentTooLarge) as refused:
        file_rules.check_file(asked, "image/png", asked.max_bytes + 1)
    assert "11\u00a0Mo" in refused.value.say("fr") and "10\u00a0Mo" in refused.value.say("fr")


@pytest.mark.parametrize(
    ("media_type", "called"),
    [
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", "un document Word"),
        ("image/heic", "une image HEIC"),
        ("image/x-unheard-of", "une image d’un autre format"),
        ("application/octet-stream", "endommagé"),
        ("application/vnd.anything", "endommagé"),
    ],
)
def test_a_file_that_is_not_taken_is_called_as_people_call_it_and_never_by_its_media_type(college, media_type, called):
    only_pdf = next(one for one in college.requirements if one.accepted_types == ("pdf",))
    with pytest.raises(DocumentRefused) as refused:
        file_rules.check_file(only_pdf, media_type, 1)
    assert called in refused.value.say("fr") and "/" not in refused.value.say("fr") + refused.value.say("en")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\a\\id.pdf", "id.pdf"),
        ("../../etc/passwd", "passwd"),
        ("a\r\nb.pdf", "ab.pdf"),
        ("...", "document"),
        ("é.pdf", "é.pdf"),
    ],
)
def test_a_file_name_keeps_no_folder_and_nothing_unseen(given, kept):
    assert plain_name(given) == kept


def test_the_words_of_a_decision_fit_it():
    decisions.check_words("approved", None, [])
    decisions.check_words("refused", "Because.", [])
    supervision = {"code": None, "en": "Supervision.", "fr": "Supervision."}
    decisions.check_words("approved_with_conditions", None, [supervision])
    for decision, reasons, conditions in (
        ("refused", " ", []),
        ("approved_with_conditions", None, []),
    ):
        with pytest.raises(ReasonsNeeded):
            decisions.check_words(decision, reasons, conditions)
    for decision in ("approved", "refused"):
        with pytest.raises(Invalid):
            decisions.check_words(decision, "Because.", ["Supervision."])


def test_the_registered_person_is_read_through_the_roles_of_the_profile(college):
    names = {"legal_first_name": "Li", "legal_last_name": "Wei", "languages_of_care": ["zh"]}
    assert approved_person.as_registered(college, names) == {
        "legal_name": "Li Wei",
        "first_name": "Li",
        "last_name": "Wei",
        "commonly_used_name": None,
        "languages_of_care": [],
    }
    assert approved_person.as_registered(college, {**names, "publish_languages": True})["languages_of_care"] == ["zh"]


def test_what_the_registry_alone_hears_of_a_person_is_read_through_the_roles_of_the_profile(college):
    answers = {
        "previous_names": "Li Chen\n  Li  Wong \n",
        "date_of_birth": "1990-02-03",
        "phone": "+14165550123",
        "home_street": "1 King St W", "home_city": "Toronto", "home_province": "ON", "home_postal_code": "M5H 1A1", "home_country": "CA",
        "site_name": "Clinique du Nord", "site_street": "12 Main Street", "site_city": "Sudbury", "site_province": "ON",
    }  # fmt: skip
    application = Application(id=new_id(), account_id=new_id(), reference="APP-000001-X")
    told = approved_person.described(college, application, answers)
    assert (told.previous_names, told.date_of_birth, told.phone) == (["Li Chen", "Li Wong"], date(1990, 2, 3), "+14165550123")
    assert told.home_address == Address(street="1 King St W", city="Toronto", province="ON", postal_code="M5H 1A1", country="CA")
    assert told.site == Site(name="Clinique du Nord", street="12 Main Street", city="Sudbury", province="ON")
    nothing = approved_person.described(college, application, {})
    assert (nothing.previous_names, nothing.date_of_birth, nothing.home_address, nothing.site) == ([], None, None, None)
