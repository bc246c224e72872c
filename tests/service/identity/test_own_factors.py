"""Keeping one's second factors: recovery codes, adding and removing, what staff must have (B10)."""

import eventlet
import pytest
from sqlalchemy import select, text

from services.common.kernel.access import StepUpRequired
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Forbidden, NotFound, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.security.tokens import Delegation
from services.contracts import identity as contracts
from services.contracts.pages import PAGES
from services.contracts.roles import REGISTRAR
from services.identity.models import Factor, RecoveryCode
from tests.support.actors.identity_factors import (
    STAFF,
    App,
    asked,
    complete,
    enrol_app,
    enrol_passkey,
    factors,
    long_ago,
    not_a_code,
    signed_in_with,
    step_up,
    wrong_code,
)
from tests.support.actors.identity_people import (
    caller_of,
    count,
    refresh,
    sign_in,
    trail,
)

# ---- recovery codes ------------------------------------------------------------------------------------------------------


def test_ten_recovery_codes_come_with_the_first_factor_only(identity):
    tokens = sign_in(identity)
    _, first = enrol_app(identity, tokens, "Telephone")
    _, second = enrol_app(identity, tokens)
    assert len(set(first["recovery_codes"])) == 10
    assert second["recovery_codes"] == []
    listed = factors(identity, tokens)
    assert [factor["name"] for factor in listed["factors"]] == ["Telephone", "Application d’authentification"]
    assert (listed["recovery_codes_left"], listed["obligatory"]) == (10, False)


def test_a_recovery_code_signs_in_once_however_it_is_typed_and_its_owner_is_told(identity, app):
    code = app.recovery_codes[3]
    typed = f" {code.lower().replace('-', ' ').replace('0', 'o').replace('1', 'l')} "
    tokens = complete(identity, asked(identity)["challenge"], recovery_code=typed)
    assert factors(identity, tokens)["recovery_codes_left"] == 9
    told = identity.announced(contracts.events.SecondFactorChanged, count=2)[-1]
    assert told.data == {"account_id": str(identity.ana), "change": "recovery_code_used", "kind": None}
    with pytest.raises(contracts.errors.ProofRefused):
        complete(identity, asked(identity)["challenge"], recovery_code=code)


def test_one_recovery_code_shown_twice_at_once_signs_in_once(identity, app):
    challenges = [asked(identity)["challenge"] for _ in range(3)]

    def show(challenge):
        try:
            return bool(complete(identity, challenge, recovery_code=app.recovery_codes[0])["access_token"])
        except contracts.errors.ProofRefused:
            return False

    answers = [thread.wait() for thread in [eventlet.spawn(show, challenge) for challenge in challenges]]
    assert sorted(answers) == [False, False, True]
    assert count(identity, contracts.events.SecondFactorChanged) == 2  # one was for the app


def test_somebody_elses_recovery_code_is_refused(identity, app):
    _, added = enrol_app(identity, sign_in(identity, STAFF))
    with pytest.raises(contracts.errors.ProofRefused):
        complete(identity, asked(identity)["challenge"], recovery_code=added["recovery_codes"][0])


def test_new_recovery_codes_make_the_old_ones_useless(identity, app):
    tokens = signed_in_with(identity, app)
    renewed = identity.call(contracts.factors.RenewRecoveryCodes, caller_of(identity, tokens))["recovery_codes"]
    assert len(renewed) == 10
    assert not set(renewed) & set(app.recovery_codes)
    with pytest.raises(contracts.errors.ProofRefused):
        complete(identity, asked(identity)["challenge"], recovery_code=app.recovery_codes[0])
    complete(identity, asked(identity)["challenge"], recovery_code=renewed[0])


def test_without_a_second_factor_there_are_no_recovery_codes(identity):
    with pytest.raises(NotFound):
        identity.call(contracts.factors.RenewRecoveryCodes, caller_of(identity, sign_in(identity)))


# ---- adding and removing -------------------------------------------------------------------------------------------------


def test_the_secret_of_an_app_is_told_as_text_address_and_qr_code(identity):
    begun = identity.call(contracts.factors.BeginTotp, caller_of(identity, sign_in(identity)))
    assert begun["address"].startswith("otpauth://totp/")
    assert begun["secret"] in begun["address"]
    assert "ana.tremblay%40example.org" in begun["address"]
    assert "issuer=CRPO" in begun["address"] or "issuer=OPAO" in begun["address"]
    assert begun["qr_code"].startswith("<svg")


def test_an_app_counts_only_once_a_code_of_it_was_confirmed(identity):
    tokens = sign_in(identity)
    begun = identity.call(contracts.factors.BeginTotp, caller_of(identity, tokens))
    app = App(begun["secret"])
    with pytest.raises(contracts.errors.ProofRefused):
        confirm = {"challenge": begun["challenge"], "code": not_a_code(app)}
        identity.call(contracts.factors.ConfirmTotp, caller_of(identity, tokens), **confirm)
    assert sign_in(identity)["access_token"]
    confirm = {"challenge": begun["challenge"], "code": app.code()}
    identity.call(contracts.factors.ConfirmTotp, caller_of(identity, tokens), **confirm)
    with pytest.raises(contracts.errors.ChallengeOver):
        identity.call(contracts.factors.ConfirmTotp, caller_of(identity, tokens), **confirm)
    wrong_code(identity, asked(identity)["challenge"], confirm["code"])  # it has been used


def test_an_app_is_confirmed_in_the_session_in_which_it_was_begun(identity):
    begun = identity.call(contracts.factors.BeginTotp, caller_of(identity, sign_in(identity)))
    with pytest.raises(contracts.errors.ChallengeOver):
        identity.call(
            contracts.factors.ConfirmTotp,
            caller_of(identity, sign_in(identity)),
            challenge=begun["challenge"],
            code=App(begun["secret"]).code(),
        )


def test_the_owner_is_told_of_each_factor_added_or_removed_and_the_trail_names_it(identity):
    tokens = sign_in(identity)
    enrol_app(identity, tokens, "Telephone")
    identity.call(
        contracts.factors.RemoveFactor, caller_of(identity, tokens), factor_id=factors(identity, tokens)["factors"][0]["id"]
    )
    added, removed = identity.announced(contracts.events.SecondFactorChanged, count=2)
    assert added.data == {"account_id": str(identity.ana), "change": "added", "kind": "totp"}
    assert removed.data == {"account_id": str(identity.ana), "change": "removed", "kind": "totp"}
    assert trail(identity, "second-factor:add")[0].after["name"] == "Telephone"
    assert trail(identity, "second-factor:remove")[0].before["name"] == "Telephone"
    assert sign_in(identity)["access_token"]
    with identity.session("identity") as session:
        assert session.scalars(select(RecoveryCode.account_id)).all() == []


def test_nobody_removes_the_factor_of_somebody_else(identity, app):
    tokens = sign_in(identity, STAFF)
    enrol_app(identity, tokens)
    with identity.session("identity") as session:
        theirs = session.scalars(select(Factor.id).where(Factor.account_id == identity.ana)).one()
    with pytest.raises(NotFound):
        identity.call(contracts.factors.RemoveFactor, caller_of(identity, tokens), factor_id=theirs)


def test_who_shows_only_a_password_that_was_shown_before_there_was_a_factor_does_not_change_factors(identity):
    before, owner = sign_in(identity), sign_in(identity)
    app, _ = enrol_app(identity, owner)
    for call in (contracts.factors.BeginTotp, contracts.factors.BeginPasskey, contracts.factors.RenewRecoveryCodes):
        with pytest.raises(StepUpRequired):
            identity.call(call, caller_of(identity, before))
    step_up(identity, before, code=app.code())
    identity.call(contracts.factors.BeginTotp, caller_of(identity, before))


def test_factors_are_changed_only_by_whoever_has_just_shown_who_they_are(identity, app):
    tokens = signed_in_with(identity, app)
    long_ago(identity)
    stale = caller_of(identity, refresh(identity, tokens))
    for call in (contracts.factors.BeginTotp, contracts.factors.BeginPasskey, contracts.factors.RenewRecoveryCodes):
        with pytest.raises(StepUpRequired):
            identity.call(call, stale)
    with pytest.raises(StepUpRequired):
        identity.call(contracts.factors.RemoveFactor, stale, factor_id=new_id())


def test_a_session_that_has_ended_adds_no_factor_though_its_access_token_lives(identity):
    tokens = sign_in(identity)
    identity.call(contracts.sessions.SignOut, caller_of(identity, tokens))
    for call in (contracts.factors.BeginTotp, contracts.factors.BeginPasskey):
        with pytest.raises(Unauthenticated):
            identity.call(call, caller_of(identity, tokens))


# ---- staff ---------------------------------------------------------------------------------------------------------------


def test_staff_without_a_second_factor_sign_in_without_their_roles_until_they_have_one(identity):
    tokens = sign_in(identity, STAFF)
    assert tokens["enrolment_needed"]
    assert tokens["account"]["roles"] == [REGISTRAR]
    assert caller_of(identity, tokens).roles == set()
    assert caller_of(identity, refresh(identity, tokens)).roles == set()
    with pytest.raises(Forbidden):
        identity.call(contracts.support.ListAccessRequests, caller_of(identity, tokens))
    tokens = sign_in(identity, STAFF)
    enrol_app(identity, tokens)
    assert factors(identity, tokens)["obligatory"]
    assert caller_of(identity, refresh(identity, tokens)).roles == {REGISTRAR}


def test_staff_who_show_a_second_factor_have_their_roles_and_keep_them(identity):
    app, _ = enrol_app(identity, sign_in(identity, STAFF))
    tokens = signed_in_with(identity, app, STAFF)
    assert not tokens["enrolment_needed"]
    assert caller_of(identity, tokens).roles == {REGISTRAR}
    assert caller_of(identity, refresh(identity, refresh(identity, tokens))).roles == {REGISTRAR}


def test_a_session_from_before_the_factor_gets_staff_roles_only_by_stepping_up(identity):
    before = sign_in(identity, STAFF)
    app, _ = enrol_app(identity, sign_in(identity, STAFF))
    before = refresh(identity, before)
    assert caller_of(identity, before).roles == set()
    assert caller_of(identity, step_up(identity, before, code=app.code())).roles == {REGISTRAR}
    assert caller_of(identity, refresh(identity, before)).roles == {REGISTRAR}


def test_the_last_factor_of_staff_stays_also_when_both_are_removed_at_once(identity):
    tokens = sign_in(identity, STAFF)
    enrol_app(identity, tokens)
    enrol_passkey(identity, tokens)
    both = [factor["id"] for factor in factors(identity, tokens)["factors"]]

    def remove(factor_id):
        try:
            identity.call(contracts.factors.RemoveFactor, caller_of(identity, tokens), factor_id=factor_id)
        except contracts.errors.LastFactor:
            return False
        return True

    answers = [thread.wait() for thread in [eventlet.spawn(remove, factor_id) for factor_id in both]]
    assert sorted(answers) == [False, True]
    assert len(factors(identity, tokens)["factors"]) == 1


def test_a_delegate_touches_no_factor_and_no_session_of_the_account_acted_for(identity, app):
    delegation = Delegation(new_id(), frozenset(PAGES))
    token = identity.keys.signer.sign(identity.ana, ["applicant", "delegate"], new_id(), "en", None, delegation)
    delegate = identity.keys.verifier.caller(token, None, None, None)
    someone = {contracts.factors.RemoveFactor: {"factor_id": new_id()}, contracts.sessions.EndSession: {"session_id": new_id()}}
    some_step = {"challenge": "x" * 43, "code": "123456"}
    someone |= {contracts.factors.ConfirmTotp: some_step, contracts.sessions.StepUp: some_step}
    someone |= {contracts.factors.ConfirmPasskey: {"challenge": "x" * 43, "passkey": {}}}
    calls = (
        contracts.factors.ListFactors,
        contracts.factors.BeginTotp,
        contracts.factors.BeginPasskey,
        contracts.factors.RenewRecoveryCodes,
    )
    calls += (
        contracts.sessions.ListSessions,
        contracts.sessions.EndOtherSessions,
        contracts.sessions.BeginStepUp,
        contracts.sessions.SignOut,
    )
    for call in (*calls, *someone):
        with pytest.raises(Forbidden):
            identity.call(call, delegate, **someone.get(call, {}))


# ---- secrets -------------------------------------------------------------------------------------------------------------


def test_no_secret_of_a_factor_can_be_read_in_a_table_an_event_or_the_trail(identity):
    tokens = sign_in(identity)
    begun = identity.call(contracts.factors.BeginTotp, caller_of(identity, tokens))
    app = App(begun["secret"])
    confirm = {"challenge": begun["challenge"], "code": app.code()}
    codes = identity.call(contracts.factors.ConfirmTotp, caller_of(identity, tokens), **confirm)["recovery_codes"]
    challenge = asked(identity)["challenge"]
    complete(identity, challenge, recovery_code=codes[0])
    identity.settle()
    with identity.session("identity") as session:
        names = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        rows = [row for name in names for row in session.scalars(text(f'SELECT t::text FROM "{name}" t'))]  # noqa: S608
    assert any("second-factor:add" in row for row in rows)
    written = "\n".join([*rows, repr(identity.heard)])
    plain_codes = [code.replace("-", "") for code in codes]
    for secret in (begun["secret"], begun["challenge"], challenge, *codes, *plain_codes):
        assert secret not in written
        assert secret.encode().hex() not in written


def test_a_caller_who_is_not_signed_in_has_no_factors(identity):
    with pytest.raises(Unauthenticated):
        identity.call(contracts.factors.ListFactors, Caller())
