"""Every step from every state: allowed as R13 says, refused with words in both languages otherwise."""

import itertools

import pytest

from services.applications.life import lifecycle, timeline
from services.contracts import roles
from services.contracts.applications import states as s
from services.contracts.applications import words
from services.contracts.applications.errors import StepNotPossible

UNDECIDED = (s.DRAFT, s.SUBMITTED, s.INCOMPLETE, s.COMPLETE, s.IN_REVIEW, s.AT_COMMITTEE)
ALLOWED = {
    ("submit", s.DRAFT): s.SUBMITTED,
    ("answer", s.INCOMPLETE): s.SUBMITTED,
    ("mark_complete", s.SUBMITTED): s.COMPLETE,
    ("request_more", s.SUBMITTED): s.INCOMPLETE,
    ("request_more", s.IN_REVIEW): s.INCOMPLETE,
    ("begin_review", s.COMPLETE): s.IN_REVIEW,
    ("refer_to_committee", s.IN_REVIEW): s.AT_COMMITTEE,
    ("approve", s.IN_REVIEW): s.APPROVED,
    ("approve", s.AT_COMMITTEE): s.APPROVED,
    ("approve_with_conditions", s.IN_REVIEW): s.APPROVED_WITH_CONDITIONS,
    ("approve_with_conditions", s.AT_COMMITTEE): s.APPROVED_WITH_CONDITIONS,
    ("refuse", s.IN_REVIEW): s.REFUSED,
    ("refuse", s.AT_COMMITTEE): s.REFUSED,
    **{("withdraw", state): s.WITHDRAWN for state in UNDECIDED},
    ("lapse", s.DRAFT): s.LAPSED,
    ("lapse", s.INCOMPLETE): s.LAPSED,
    ("finalise", s.APPROVED): s.FINALISED,
    ("finalise", s.APPROVED_WITH_CONDITIONS): s.FINALISED,
}
BY_CODE = {step.code: step for step in lifecycle.STEPS}


@pytest.mark.parametrize(("code", "state"), list(itertools.product(BY_CODE, s.ALL)))
def test_a_step_is_allowed_only_where_the_table_says(code, state):
    step = BY_CODE[code]
    if (code, state) in ALLOWED:
        lifecycle.check(step, state, roles.ALL_ROLES)
        assert step.to_state == ALLOWED[code, state]
        return
    with pytest.raises(StepNotPossible) as refused:
        lifecycle.check(step, state, roles.ALL_ROLES)
    assert words.STATES[state].en in refused.value.say("en")
    assert words.STATES[state].fr in refused.value.say("fr")


def test_every_state_has_words_and_every_step_is_told_in_the_timeline():
    assert set(words.STATES) == set(s.ALL)
    assert {step.told_as for step in lifecycle.STEPS} <= set(timeline.KINDS)


@pytest.mark.parametrize("state", s.FINAL)
def test_nothing_leads_out_of_a_final_state(state):
    assert lifecycle.possible(state, roles.ALL_ROLES) == []


def test_a_refusal_names_what_is_possible_for_this_role():
    with pytest.raises(StepNotPossible) as refused:
        lifecycle.check(lifecycle.APPROVE, s.SUBMITTED, {roles.REGISTRATION_OFFICER})
    assert refused.value.params["possible"] == ["mark_complete", "request_more"]
    assert refused.value.params["possible_fr"] == "déclarer complète, demander des renseignements"
    with pytest.raises(StepNotPossible) as nothing:
        lifecycle.check(lifecycle.APPROVE, s.LAPSED, {roles.REGISTRAR})
    assert nothing.value.params["possible_fr"] == "rien"


def test_nobody_can_ask_for_what_facts_and_timers_bring_about():
    for step in (lifecycle.LAPSE, lifecycle.FINALISE):
        assert all(step not in lifecycle.possible(state, roles.ALL_ROLES) for state in s.ALL)
