"""The college's rules of retention (R15): each type of record has one, and the services destroy what the rules say and nothing else."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.applications.privacy import retention as applications
from services.billing import retention as billing
from services.common.kernel import clock
from services.common.kernel.periods import Period
from services.contracts.college import ProfileError, load_college
from services.contracts.college.retention import EVERY_SERVICE, RECORD_TYPES
from services.contracts.topology import SERVICES
from services.correspondence import retention as correspondence
from services.identity.privacy import retention as identity

CRPO = Path(__file__).resolve().parents[3] / "deploy" / "colleges" / "crpo"


@pytest.fixture
def profile(tmp_path):
    """A copy of the real profile, to be spoilt."""
    return Path(shutil.copytree(CRPO, tmp_path / "crpo"))


def faults(profile):
    with pytest.raises(ProfileError) as caught:
        load_college(profile)
    return [str(problem).removeprefix(f"{profile}/") for problem in caught.value.problems]


def spoil(profile, old, new):
    """Replaces the first `old`; gives the line that it stood on."""
    file = profile / "retention.yaml"
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_register_the_books_and_the_trail_are_never_destroyed():
    rules = {rule.type: rule for rule in load_college(CRPO).at(clock.now()).retention.rules}
    for kind in ("register", "ledger", "audit_trail", "approved_applications", "accounts"):
        assert rules[kind].never_destroyed
    assert rules["messages"].keep_for == Period(years=10)
    assert all(rule.basis.en and rule.basis.fr for rule in rules.values())


def test_a_service_destroys_what_the_rules_give_it_and_nothing_else():
    destroyers = {
        "identity": identity.RECORDS,
        "applications": applications.RECORDS,
        "billing": billing.RECORDS,
        "correspondence": correspondence.RECORDS,
    }
    assert {kind.owner for kind in RECORD_TYPES.values()} == {*SERVICES, EVERY_SERVICE}
    for service in SERVICES:
        given = {name for name, kind in RECORD_TYPES.items() if kind.owner == service and kind.moment is not None}
        assert given == set(destroyers.get(service, {}))
        assert {rule.type for rule in load_college(CRPO).at(clock.now()).retention.destroyed_by(service)} <= given


def test_a_college_may_keep_for_ever_what_could_be_destroyed(profile):
    spoil(profile, "keep_for: {years: 10}  # set by the college, default\n    counted_from: written", "never_destroyed: true")
    assert "messages" not in {
        rule.type for rule in load_college(profile).at(clock.now()).retention.destroyed_by("correspondence")
    }


@pytest.mark.parametrize(
    ("old", "new", "path", "message"),
    [
        ("type: messages", "type: letters", "rules[7].type", "must be one of: unactivated_accounts,"),
        ("type: delegations", "type: access_requests", "rules[3].type", "the type 'access_requests' has two rules"),
        ("owner: correspondence", "owner: billing", "rules[7].owner", "must be correspondence"),
        ("counted_from: closed", "counted_from: opened", "rules[4].counted_from", "must be closed"),
        ("keep_for: {years: 2}", "keep_for: {}", "rules[2].keep_for", "must say years, months or days"),
        ("keep_for: {years: 2}", "keep_for: {years: 0}", "rules[2].keep_for.years", "must be a whole number, 1 or more"),
        ("keep_for: {years: 2}", "keep_for: {weeks: 2}", "rules[2].keep_for.weeks", ""),
        ("counted_from: written", "never_destroyed: true", "rules[7]", "is never destroyed: keep_for and counted_from have no"),
        ("counted_from: written", "", "rules[7]", "must say keep_for and counted_from, or never_destroyed: true"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_at_its_place(profile, old, new, path, message):
    spoil(profile, old, new)
    assert any(f": {path}: {message}" in fault for fault in faults(profile)), faults(profile)


def test_a_type_without_a_rule_is_refused_by_name(profile):
    spoil(profile, "  - type: messages\n    owner: correspondence", "  - type: delegations\n    owner: identity")
    assert any("rules: there is no rule for 'messages'" in fault for fault in faults(profile))


def test_what_nothing_can_destroy_must_say_so(profile):
    line = spoil(
        profile,
        "never_destroyed: true  # the law asks for six years at the least (Income Tax Act, s. 230)\n    basis:\n      en: The books",
        "keep_for: {years: 7}\n    counted_from: issued\n    basis:\n      en: The books",
    )
    [fault] = faults(profile)
    assert fault.endswith("rules[10]: must be never_destroyed: nothing destroys records of this type")
    assert int(fault.split(":")[1]) < line


@pytest.mark.parametrize(
    ("period", "before"),
    [
        (Period(years=1), datetime(2023, 2, 28, 12, tzinfo=UTC)),
        (Period(years=4), datetime(2020, 2, 29, 12, tzinfo=UTC)),
        (Period(months=2), datetime(2023, 12, 29, 12, tzinfo=UTC)),
        (Period(months=13), datetime(2023, 1, 29, 12, tzinfo=UTC)),
        (Period(days=60), datetime(2023, 12, 31, 12, tzinfo=UTC)),
        (Period(years=1, months=2, days=1), datetime(2022, 12, 28, 12, tzinfo=UTC)),
    ],
)
def test_a_period_is_one_of_the_calendar(period, before):
    assert period.before(datetime(2024, 2, 29, 12, tzinfo=UTC)) == before


def test_a_period_is_written_without_what_it_has_nothing_of():
    assert str(Period(years=2, days=10)) == "2 years 10 days"


def test_every_time_says_which_law_asks_for_it_or_that_the_college_sets_it():
    lines = (CRPO / "retention.yaml").read_text(encoding="utf-8").splitlines()
    times = [line for line in lines if line.lstrip().startswith(("keep_for:", "never_destroyed:"))]
    assert len(times) == len(RECORD_TYPES)
    source = re.compile(r"# .*(set by the college, default|Act(, \d{4})?, s\. \d+|Code, s\. \d+)")
    assert [line for line in times if not source.search(line)] == []
