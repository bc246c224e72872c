"""What a college charges for: which fact causes which charge on which day, and each fault of `charges.yaml` with its line."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from services.contracts import applications, billing
from services.contracts.college import NotInProfile, ProfileError, load_college
from services.contracts.college.charges import APPLICATION_APPROVED, APPLICATION_SUBMITTED, CAUSES

CRPO = Path(__file__).resolve().parents[3] / "deploy/colleges/crpo"
BEFORE, FROM = dt.date(2028, 3, 31), dt.date(2028, 4, 1)


@pytest.fixture(scope="module")
def crpo():
    return load_college(CRPO)


def codes(charges):
    return [charge.code for charge in charges]


def test_each_event_that_causes_a_charge_is_one_that_billing_hears():
    for cause in CAUSES:
        assert "billing" in getattr(applications.events, cause).listeners


def test_an_approval_causes_the_registration_charge_whatever_the_category_and_the_day(crpo):
    for category in crpo.history[-1].every_category:
        assert codes(crpo.charges.caused_by(APPLICATION_APPROVED, category.code, dt.date(2026, 11, 23))) == ["registration"]


def test_a_submission_causes_a_charge_from_its_day_on_and_that_one_completes_it(crpo):
    assert crpo.charges.caused_by(APPLICATION_SUBMITTED, "rp_qualifying", BEFORE) == []
    assert crpo.charges.before_complete("rp_qualifying", BEFORE) is None
    assert codes(crpo.charges.caused_by(APPLICATION_SUBMITTED, "rp_qualifying", FROM)) == ["application"]
    assert crpo.charges.before_complete("rp_qualifying", FROM) == crpo.charge("application")


def test_a_charge_costs_what_the_fees_of_the_day_say(crpo):
    day = dt.date(2026, 11, 23)
    assert [fee.amount_cents for fee in crpo.fees_of(crpo.charge("application"), "rp_qualifying", day)] == [16000]
    assert [fee.amount_cents for fee in crpo.fees_of(crpo.charge("registration"), "rp_temporary", day)] == [62000]
    with pytest.raises(NotInProfile):
        crpo.fees_of(crpo.charge("registration"), "emergency", day)


def test_fees_may_differ_by_category_and_a_charge_may_be_for_some_and_may_end(tmp_path):
    profile = edited(
        tmp_path,
        "    fees: [application]\n",
        "    fees_by_category: [{category: rp_temporary, fees: [application, exam]}]\n"
        "    categories: [rp_temporary]\n    effective_to: 2029-03-31\n",
    )
    college = load_college(profile)
    charge = college.charge("application")
    assert [fee.code for fee in college.fees_of(charge, "rp_temporary", FROM)] == ["application", "exam"]
    assert charge.asked("rp_temporary", dt.date(2029, 3, 31))
    assert not charge.asked("rp_temporary", dt.date(2029, 4, 1))
    assert not charge.asked("rp_qualifying", FROM)


def test_every_purpose_has_its_words_and_every_effect_words_for_the_wait(crpo):
    for purpose in crpo.charges.purposes:
        assert purpose.name.en and purpose.name.fr
        assert billing.words.state_of("being_finalised", purpose.effect) != billing.words.INVOICE_STATES["being_finalised"]
    assert billing.words.state_of("being_finalised", None) == billing.words.INVOICE_STATES["being_finalised"]


FAULTS = {
    "fees: [application]": {
        "fees: [submission]": "charges[1].fees[0]: there is no fee 'submission'",
        "fees: [application]\n    categories: [student]": "charges[1].categories[0]: there is no category 'student'",
        "fees_by_category: [{category: rp_qualifying, fees: [application]}]": (
            "charges[1].fees_by_category: names no fees for the category 'rp_temporary'"
        ),
        "fees: [application]\n  - code: again\n    purpose: application\n    caused_by: ApplicationSubmitted\n    fees: [late]": (
            "charges[2]: is asked at the same time as the charge 'application': one of a purpose is issued for a subject"
        ),
        "fees: [application]\n    effective_to: 2027-01-01": "charges[1].effective_to: is before effective_from",
    },
    "purpose: application\n": {"purpose: submission\n": "charges[1].purpose: there is no purpose 'submission'"},
    "caused_by: ApplicationSubmitted": {
        "caused_by: ApplicationRefused": "charges[1].caused_by: must be one of: ApplicationApproved, ApplicationSubmitted",
        "caused_by: ApplicationApproved": (
            "charges[1].caused_by: must be ApplicationSubmitted: the purpose 'application' has the effect completes_submission"
        ),
    },
    "registration_fee_of_category: true": {
        "registration_fee_of_category: true\n    effective_from: 2027-01-01": (
            "charges: exactly one charge must have the effect finalises_registration, for all categories and on all days"
        ),
        "registration_fee_of_category: true\n    fees: [late]": (
            "charges[0].fees: give one of fees, fees_by_category and registration_fee_of_category"
        ),
    },
    "effect: completes_submission": {
        "effect: finalises_registration": "purposes[1].effect: is that of the purpose 'registration' already",
        "effect: pays_for_lunch": "purposes[1].effect: must be one of: finalises_registration, completes_submission",
    },
    "letter: application_invoice": {
        "letter: submission_invoice": "purposes[1].letter: there is no mail 'submission_invoice'",
    },
}


@pytest.mark.parametrize(
    ("old", "new", "fault"), [(old, new, fault) for old, changes in FAULTS.items() for new, fault in changes.items()]
)
def test_a_fault_is_reported_at_its_line(tmp_path, old, new, fault):
    with pytest.raises(ProfileError) as caught:
        load_college(edited(tmp_path, old, new))
    problems = [str(problem) for problem in caught.value.problems]
    assert any(re_lined(problem) == fault for problem in problems), problems


def re_lined(problem):
    """Gives a problem without its file, after a look that it names a line of charges.yaml."""
    place, _, rest = problem.partition(": ")
    assert place.rpartition(":")[0].endswith("charges.yaml")
    assert int(place.rpartition(":")[2]) > 0
    return rest


def edited(folder, old, new):
    profile = Path(shutil.copytree(CRPO, folder / "crpo"))
    text = (profile / "charges.yaml").read_text(encoding="utf-8")
    assert old in text
    (profile / "charges.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")
    return profile
