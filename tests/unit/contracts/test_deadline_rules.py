"""The deadlines of a profile: each that the services know has one rule of one length."""

import shutil

import pytest

from services.contracts.college import ProfileError, load_college
from tests.support.places import ROOT

CRPO = ROOT / "deploy" / "colleges" / "crpo"
NO_LENGTH = "deadlines[0]: must say one of days, months, on"


@pytest.mark.parametrize(
    ("old", "new", "faults"),
    [
        ("    days: 15\n", "", [NO_LENGTH]),
        ("    days: 15\n", "    days: 15\n    months: 1\n", [NO_LENGTH]),
        (
            "code: application_lapse",
            "code: self_assessment",
            [
                "deadlines: the deadline 'application_lapse' has no rule",
                "deadlines[3].code: the code 'self_assessment' is used twice",
            ],
        ),
    ],
)
def test_a_deadline_has_one_rule_of_one_length(tmp_path, old, new, faults):
    profile = shutil.copytree(CRPO, tmp_path / "crpo")
    text = (profile / "deadlines.yaml").read_text()
    assert old in text
    (profile / "deadlines.yaml").write_text(text.replace(old, new, 1))
    with pytest.raises(ProfileError) as refused:
        load_college(profile)
    assert sorted(str(problem).split(": ", 1)[1] for problem in refused.value.problems) == faults


def test_days_months_and_a_day_of_the_year_are_read():
    rules = {rule.code: rule for rule in load_college(CRPO).history[-1].deadlines}
    assert (rules["application_acknowledgement"].days, rules["application_lapse"].months) == (15, 18)
    assert rules["pd_attestation"].as_judged()["on"] == "12-31"
    assert rules["self_assessment"].counts_from == "registered"
