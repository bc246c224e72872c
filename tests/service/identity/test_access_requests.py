"""Requests to support for a way back in, over the real bus and database (F10)."""

import re
import shutil
from pathlib import Path

import eventlet
import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError

from services.common.kernel import clock
from services.common.kernel.access import StepUpRequired
from services.common.kernel.errors import Forbidden, Invalid, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.tables import outbox
from services.contracts import identity as contracts
from services.identity.models import AccessRequest, Delegation, Factor, RecoveryCode
from services.identity.recovery.access_requests import MOST_UNDECIDED
from tests.support.actors.access_desk import CHECKS, NEW, STATED, approved, ask, asked, confirm, decide, staffed, view
from tests.support.actors.identity_people import (
    EMAIL,
    NEW_PASSWORD,
    PASSWORD,
    account,
    add_person,
    caller_of,
    choose,
    count,
    refresh,
    sign_in,
    token_in,
    trail,
)
from tests.support.places import ROOT


@pytest.fixture
def identity(system):
    """A running identity service, Ana, who lost something, and two people of the support."""
    return staffed(system)


def add_factors(system, account_id):
    with system.session("identity") as session:
        totp = {"kind": "totp", "name": "phone", "added_at": clock.now(), "sealed_secret": "sealed"}
        session.add(Factor(id=new_id(), account_id=account_id, **totp))
        session.add_all(RecoveryCode(account_id=account_id, code_digest=bytes([number]) * 32) for number in range(8))


def factors(system):
    with system.session("identity") as session:
        return [session.scalar(select(func.count()).select_from(table)) for table in (Factor, RecoveryCode)]


# ---- asking --------------------------------------------------------------------------------------------------------------


def test_a_request_is_kept_and_its_arrival_is_told_to_the_address_it_came_from(identity):
    assert ask(identity)["reference"] == "HELP-000001-R"
    (fact,) = identity.announced(contracts.events.AccessRequestReceived)
    assert (fact.data["reference"], fact.data["contact_email"], fact.data["language"]) == ("HELP-000001-R", NEW, "fr")
    shown = view(identity, fact.data["request_id"])
    assert (shown["kind"], shown["state"], shown["message"], shown["four_eyes"]) == ("lost_email", "open", "I moved.", True)
    assert {name: value for name, value in shown["stated"].items() if value} == STATED


def test_the_answer_and_what_is_done_are_the_same_whether_or_not_there_is_an_account(identity):
    for email in (EMAIL, "nobody@example.org"):
        assert ask(identity, former_email=email).keys() == {"reference"}
    assert count(identity, contracts.events.AccessRequestReceived) == 2
    assert [entry.after["kind"] for entry in trail(identity, "access-request:open")] == ["lost_email"] * 2


def test_a_request_that_is_repeated_under_its_key_is_one(identity):
    assert ask(identity, key="k")["reference"] == ask(identity, key="k")["reference"]
    assert count(identity, contracts.events.AccessRequestReceived) == 1


def test_what_is_stated_is_neither_in_the_trail_nor_in_what_is_announced(identity):
    request_id = asked(identity)
    view(identity, request_id)
    decide(identity, request_id)
    confirm(identity, request_id)
    with identity.session("identity") as session:
        kept = repr(session.execute(select(outbox)).all()) + repr(trail(identity))
    for fact in ("Tremblay", "1990", "555-0123", "5J1"):
        assert fact not in kept


# ---- seeing --------------------------------------------------------------------------------------------------------------


def test_requests_are_listed_oldest_first_by_state_a_page_at_a_time(identity):
    made = [asked(identity) for _ in range(3)]
    decide(identity, made[0], outcome="refused", account_id=None)

    def page(**filters):
        return identity.call(contracts.support.ListAccessRequests, identity.one, **filters)

    assert [one["id"] for one in page()["requests"]] == made
    assert [one["id"] for one in page(state="open")["requests"]] == made[1:]
    first = page(limit=2)
    assert [one["id"] for one in page(cursor=first["next_cursor"])["requests"]] == made[2:]
    with pytest.raises(Invalid):
        page(cursor="WyJhIl0")


def test_that_a_request_was_looked_at_is_in_the_trail(identity):
    request_id = asked(identity)
    view(identity, request_id)
    (entry,) = trail(identity, "access-request:view")
    assert (entry.actor, entry.subject) == (f"account/{identity.one.account_id}", f"access-request/{request_id}")
    with pytest.raises(NotFound):
        view(identity, new_id())


def test_only_the_support_sees_and_decides(identity):
    request_id = asked(identity)
    with pytest.raises(Forbidden):
        identity.call(contracts.support.GetAccessRequest, identity.caller("applicant"), request_id=request_id)
    old = identity.keys.signer.sign(identity.one.account_id, ["support"], new_id(), "en", proved_at=1)
    with pytest.raises(StepUpRequired):
        decide(identity, request_id, identity.keys.verifier.caller(old, None, None, None))


# ---- refusing ------------------------------------------------------------------------------------------------------------


def test_one_person_refuses_and_the_asker_is_told(identity):
    request_id = asked(identity)
    shown = decide(identity, request_id, outcome="refused", account_id=None, checks=[{"fact": "phone", "result": "differs"}])
    assert (shown["state"], shown["outcome"], shown["decided_by"]) == ("refused", "refused", identity.one.account_id)
    (fact,) = identity.announced(contracts.events.AccessRequestRefused)
    assert (fact.data["request_id"], fact.data["contact_email"]) == (str(request_id), NEW)
    (entry,) = trail(identity, "access-request:refuse")
    assert entry.after["checks"] == [{"fact": "phone", "result": "differs"}]
    assert account(identity, identity.ana).email == EMAIL
    for again in (decide, confirm):
        with pytest.raises(contracts.errors.WrongState):
            again(identity, request_id)


# ---- approving: four eyes ------------------------------------------------------------------------------------------------


def test_an_approval_takes_effect_only_when_another_person_has_confirmed_it(identity):
    request_id = asked(identity)
    shown = decide(identity, request_id)
    assert (shown["state"], shown["proposed_by"], shown["decided_by"]) == ("proposed", identity.one.account_id, None)
    assert account(identity, identity.ana).email == EMAIL
    with pytest.raises(contracts.errors.SecondPersonNeeded):
        confirm(identity, request_id, identity.one)
    assert account(identity, identity.ana).email == EMAIL
    shown = confirm(identity, request_id)
    assert (shown["state"], shown["decided_by"], shown["checks"]) == ("approved", identity.other.account_id, CHECKS)
    assert account(identity, identity.ana).email == NEW
    for again in (decide, confirm):
        with pytest.raises(contracts.errors.WrongState):
            again(identity, request_id)


def test_the_database_too_holds_that_whoever_proposed_did_not_confirm(identity):
    request_id = asked(identity)
    decide(identity, request_id)
    with pytest.raises(IntegrityError, match="four_eyes"), identity.session("identity", as_service=True) as session:
        confirmed = {"state": "approved", "decided_by": identity.one.account_id}
        session.execute(update(AccessRequest).where(AccessRequest.id == request_id).values(**confirmed))


def test_a_proposal_that_is_rejected_leaves_the_request_open_and_changes_nothing(identity):
    request_id = asked(identity)
    decide(identity, request_id)
    shown = confirm(identity, request_id, agree=False)
    assert (shown["state"], shown["account_id"], shown["checks"], shown["note"]) == ("open", None, [], "looked at it too")
    assert account(identity, identity.ana).email == EMAIL
    (entry,) = trail(identity, "access-request:reject")
    assert (entry.before["state"], entry.before["checks"], entry.after["state"]) == ("proposed", CHECKS, "open")
    decide(identity, request_id, identity.other)  # whoever rejected it may propose now, and the first one confirm
    assert confirm(identity, request_id, identity.one)["state"] == "approved"


def test_of_two_who_confirm_at_once_one_does(identity):
    request_id = asked(identity)
    decide(identity, request_id)

    def attempt(caller):
        try:
            return confirm(identity, request_id, caller)["state"]
        except contracts.errors.WrongState:
            return "too late"

    callers = [identity.other, identity.caller("registrar"), identity.caller("administrator")]
    states = [thread.wait() for thread in [eventlet.spawn(attempt, caller) for caller in callers]]
    assert sorted(states) == ["approved", "too late", "too late"]
    assert count(identity, contracts.events.PasswordResetRequested) == 1


def test_an_approval_takes_effect_at_once_where_the_profile_asks_for_no_second_person(system, tmp_path):
    profile = Path(shutil.copytree(ROOT / "deploy/colleges/crpo", tmp_path / "crpo"))
    rules = profile / "access.yaml"
    rules.write_text(re.sub(r"four_eyes: .*", "four_eyes: [lost_second_factor]", rules.read_text()))
    staffed(system, COLLEGE_PROFILE=str(profile))
    shown = decide(system, asked(system))
    assert (shown["state"], shown["four_eyes"], shown["proposed_by"]) == ("approved", False, None)
    assert account(system, system.ana).email == NEW
    assert decide(system, asked(system, "lost_second_factor"))["state"] == "proposed"


# ---- what an approval must have ------------------------------------------------------------------------------------------


def test_an_approval_names_an_account_and_rests_on_a_fact_that_matches(identity):
    request_id = asked(identity)
    differs = [{"fact": "phone", "result": "differs"}, {"fact": "postal_code", "result": "not_on_file"}]
    for field, more in {"account_id": {"account_id": None}, "checks": {"checks": differs}}.items():
        with pytest.raises(Invalid) as refused:
            decide(identity, request_id, **more)
        assert refused.value.params["errors"] == [{"field": field, "code": "required"}]
    with pytest.raises(NotFound):
        decide(identity, request_id, account_id=new_id())
    assert view(identity, request_id)["state"] == "open"


def test_nobody_decides_about_their_own_account(identity):
    request_id = asked(identity)
    herself = identity.caller("support", account_id=identity.ana)
    for outcome in ("approved", "refused"):
        with pytest.raises(contracts.errors.OwnAccount):
            decide(identity, request_id, herself, outcome=outcome)
    decide(identity, request_id)
    with pytest.raises(contracts.errors.OwnAccount):
        confirm(identity, request_id, herself)
    assert account(identity, identity.ana).email == EMAIL


def test_nobody_decides_about_a_request_from_their_own_address_whichever_account_it_names(identity):
    mine = identity.caller("support", account_id=add_person(identity, "sam@college.example", "support"))
    for kind in ("lost_email", "lost_second_factor"):
        request_id = asked(identity, kind, contact_email="Sam@college.example")
        for outcome in ("approved", "refused"):
            with pytest.raises(contracts.errors.OwnAccount):
                decide(identity, request_id, mine, outcome=outcome)
    decide(identity, request_id)
    with pytest.raises(contracts.errors.OwnAccount):
        confirm(identity, request_id, mine)
    confirm(identity, request_id)


@pytest.mark.parametrize("state", ["invited", "active"])
@pytest.mark.parametrize("acts_for_ana", [True, False])
def test_nobody_decides_about_whom_they_act_for_or_who_acts_for_them(identity, state, acts_for_ana):
    sam = add_person(identity, "sam@college.example", "support")
    two = (identity.ana, sam) if acts_for_ana else (sam, identity.ana)
    with identity.session("identity") as session:
        delegation = {"delegate_email": "x@example.org", "delegate_name": "x", "pages": ["messages"], "invited_at": clock.now()}
        session.add(Delegation(id=new_id(), account_id=two[0], delegate_id=two[1], state=state, **delegation))
    request_id = asked(identity)
    with pytest.raises(contracts.errors.OwnAccount):
        decide(identity, request_id, identity.caller("support", account_id=sam))
    decide(identity, request_id)
    with pytest.raises(contracts.errors.OwnAccount):
        confirm(identity, request_id, identity.caller("support", account_id=sam))
    with identity.session("identity") as session:
        session.execute(update(Delegation).values(state="ended", ended_at=clock.now()))
    confirm(identity, request_id, identity.caller("support", account_id=sam))


def test_who_was_suspended_does_not_come_back_this_way(identity):
    suspended = add_person(identity, "max@example.org", suspended_at=clock.now())
    with pytest.raises(contracts.errors.WrongState):
        decide(identity, asked(identity), account_id=suspended)


def test_an_address_that_somebody_else_has_is_refused_at_either_step_and_nothing_changes(identity):
    first, second = asked(identity), asked(identity)
    decide(identity, first)
    add_person(identity, NEW.lower())
    with pytest.raises(contracts.errors.AddressTaken):
        confirm(identity, first)
    with pytest.raises(contracts.errors.AddressTaken):
        decide(identity, second)
    assert view(identity, first)["state"] == "proposed"
    assert account(identity, identity.ana).email == EMAIL
    assert count(identity, contracts.events.EmailChanged) == 0


# ---- what an approval brings about ---------------------------------------------------------------------------------------


def test_a_lost_address_is_replaced_and_a_link_for_a_password_goes_to_the_new_one(identity):
    approved(identity)
    (changed,) = identity.announced(contracts.events.EmailChanged)
    assert changed.data == {"account_id": str(identity.ana), "old_email": EMAIL, "new_email": NEW, "by_support": True}
    (contact,) = identity.announced(contracts.events.ContactChanged)
    assert (contact.data["email"], contact.data["language"]) == (NEW, "fr")
    (reset,) = identity.announced(contracts.events.PasswordResetRequested)
    assert (reset.data["account_id"], reset.data["email"]) == (str(identity.ana), NEW)
    choose(identity, token_in(identity, reset, "reset-password"))
    assert sign_in(identity, NEW, NEW_PASSWORD)["account"]["email"] == NEW


def test_whoever_was_signed_in_is_out_and_links_mailed_before_are_void(identity):
    tokens = sign_in(identity)
    identity.call(contracts.recovery.RequestPasswordReset, identity.anonymous, email=EMAIL)
    to_the_old = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    approved(identity)
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)
    with pytest.raises(contracts.errors.LinkNotValid):
        choose(identity, to_the_old)


def test_of_a_lost_second_factor_all_factors_and_codes_go_and_nobody_elses(identity):
    other = add_person(identity, "max@example.org")
    add_factors(identity, identity.ana)
    add_factors(identity, other)
    approved(identity, "lost_second_factor")
    assert factors(identity) == [1, 8]
    (changed,) = identity.announced(contracts.events.SecondFactorChanged)
    assert changed.data == {"account_id": str(identity.ana), "change": "all_removed", "kind": None}
    (reset,) = identity.announced(contracts.events.PasswordResetRequested)
    assert reset.data["email"] == EMAIL  # of the account, whatever address the request came from
    assert count(identity, contracts.events.EmailChanged) == 0
    (entry,) = trail(identity, "second-factor:remove-all")
    assert (entry.subject, entry.after) == (f"account/{identity.ana}", {"removed": ["totp"], "recovery_codes": 8})


def test_after_a_lost_second_factor_the_old_password_lets_nobody_in_until_another_one_is_chosen(identity):
    still_good_for_minutes = caller_of(identity, sign_in(identity))
    approved(identity, "lost_second_factor")
    with pytest.raises(contracts.errors.SignInRefused):
        sign_in(identity)
    with pytest.raises(contracts.errors.ProofRefused):  # nor does it open the way around the mailed link
        identity.call(contracts.recovery.ChangePassword, still_good_for_minutes, password=PASSWORD, new_password=NEW_PASSWORD)
    assert trail(identity, "sign-in:refuse")[-1].after == {"reason": "reset required"}
    (reset,) = identity.announced(contracts.events.PasswordResetRequested)
    choose(identity, token_in(identity, reset, "reset-password"))
    assert sign_in(identity, EMAIL, NEW_PASSWORD)["account"]["email"] == EMAIL


def test_of_a_lost_second_factor_sessions_end_and_a_change_of_address_under_way_is_void(identity):
    tokens = sign_in(identity)
    registrant = identity.caller("registrant", account_id=add_person(identity, "zoe@example.org", "registrant"))
    identity.call(contracts.recovery.RequestEmailChange, registrant, email="zoe@evil.example")
    change = token_in(identity, identity.announced(contracts.events.EmailChangeRequested)[0], "confirm-email")
    zoe = asked(identity, "lost_second_factor")
    decide(identity, zoe, account_id=registrant.account_id)
    confirm(identity, zoe)
    approved(identity, "lost_second_factor")
    with pytest.raises(contracts.errors.SessionEnded):
        refresh(identity, tokens)
    with pytest.raises(contracts.errors.LinkNotValid):
        identity.call(contracts.recovery.ConfirmEmailChange, identity.anonymous, token=change)


def test_no_secret_is_in_the_trail(identity):
    approved(identity)
    token = token_in(identity, identity.announced(contracts.events.PasswordResetRequested)[0], "reset-password")
    assert token not in repr(trail(identity))


def test_an_address_has_so_many_undecided_requests_and_can_ask_again_once_one_is_decided(system):
    staffed(system)
    addresses = ("a@personal.example", "A@personal.example") * (MOST_UNDECIDED // 2)
    first, *_ = [asked(system, contact_email=address) for address in addresses]
    with pytest.raises(contracts.errors.RequestsWait) as refusal:
        ask(system, contact_email="a@Personal.example")
    assert refusal.value.status == 409 and str(MOST_UNDECIDED) in refusal.value.say("fr")
    assert ask(system, contact_email="b@personal.example")["reference"]
    decide(system, first, account_id=None, outcome="refused")
    assert ask(system, contact_email="a@personal.example")["reference"]
