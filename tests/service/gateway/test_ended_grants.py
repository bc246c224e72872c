"""What has ended lets nobody in any more: access tokens that rest on it are refused before they run out (ASVS 7.4.1)."""

from datetime import timedelta
from functools import partial

import pytest
import requests
from sqlalchemy import update

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.contracts import identity as contracts
from services.contracts.pages import APPLICATION_FORM
from services.contracts.roles import REGISTER_READ
from services.identity.models import SignInSession
from tests.support.actors.identity_people import EMAIL, PASSWORD, add_person, caller_of, sign_in, token_in
from tests.support.actors.registry_journey import register_someone, start_registry
from tests.support.gateway_rig import start_gateway
from tests.support.waiting import PATIENCE_S, until

SAM = "sam@office.example"


@pytest.fixture
def office(system):
    """Identity behind a gateway, with Ana and Sam."""
    system.start("identity")
    system.ana, system.sam = add_person(system, EMAIL, "applicant"), add_person(system, SAM, "applicant")
    system.base = start_gateway(system) + "/api/v1"
    return system


def status(system, token, method="GET", path="/me"):
    return requests.request(
        method, system.base + path, headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S
    ).status_code


def refused_soon(system, token, path="/me"):
    """Waits until the token that let in is refused, which is long before it runs out; nothing else may come meanwhile."""

    def look():
        answer = status(system, token, path=path)
        assert answer in (200, 401)
        return answer == 401

    return until(look, "the refusal")


def test_the_access_token_of_a_session_that_was_signed_out_is_refused_and_that_of_another_session_is_not(office):
    first, second = sign_in(office), sign_in(office)
    assert status(office, first["access_token"]) == status(office, second["access_token"]) == 200
    assert status(office, first["access_token"], "DELETE", "/sessions/current") == 204
    assert refused_soon(office, first["access_token"])
    assert status(office, second["access_token"]) == 200


def test_a_changed_password_ends_what_all_other_sessions_hold(office):
    thief, owner = sign_in(office), sign_in(office)
    office.call(
        contracts.recovery.ChangePassword, caller_of(office, owner), password=PASSWORD, new_password="le lac gèle en janvier"
    )
    assert refused_soon(office, thief["access_token"])
    assert status(office, owner["access_token"]) == 200


def test_a_suspended_person_is_out_with_every_token(office):
    token = sign_in(office)["access_token"]
    boss = office.caller("administrator")
    office.call(contracts.administration.SuspendAccount, boss, account_id=office.ana, suspended=True, note="asked for")
    assert refused_soon(office, token)


def test_a_delegate_whose_delegation_has_ended_is_out_of_the_pages_and_keeps_an_own_session(office):
    ana, sam = (caller_of(office, sign_in(office, login)) for login in (EMAIL, SAM))
    office.call(contracts.delegates.InviteDelegate, ana, email=SAM, name="Sam", pages=[APPLICATION_FORM])
    token = token_in(office, office.announced(contracts.events.DelegateInvited)[0], "delegation")
    delegation = office.call(contracts.delegates.AcceptDelegation, sam, token=token)
    acting = office.call(contracts.delegates.ActFor, sam, delegation_id=delegation["id"])["access_token"]
    assert status(office, acting) != 401
    office.call(contracts.delegates.EndDelegation, ana, delegation_id=delegation["id"])
    until(lambda: status(office, acting) == 401, "the refusal")
    assert status(office, sam.token) == 200


def test_a_revoked_program_is_out_with_the_token_it_holds(office):
    start_registry(office)
    number = register_someone(office)[1].data["registration_number"]
    boss = office.caller("administrator")
    program = office.call(contracts.programs.RegisterProgram, boss, name="Sunnybrook", scopes=[REGISTER_READ])
    credentials = {name: program[name] for name in ("client_id", "client_secret")}
    token = office.call(contracts.programs.IssueProgramToken, office.anonymous, **credentials, scope="")["access_token"]
    shown = requests.get(f"{office.base}/register/{number}", headers={"Authorization": f"Bearer {token}"}, timeout=PATIENCE_S)
    assert "registrant_id" in shown.json()
    office.call(contracts.programs.RevokeProgram, boss, program_id=program["id"], note="contract ended")
    again = partial(requests.get, shown.url, headers=shown.request.headers, timeout=PATIENCE_S)
    until(lambda: "registrant_id" not in again().json(), "the public's view")


def test_a_gateway_that_starts_later_knows_what_had_ended_before(office):
    token = sign_in(office)["access_token"]
    office.call(contracts.sessions.SignOut, office.keys.verifier.caller(token, None, None, None))
    office.base = start_gateway(office) + "/api/v1"
    assert refused_soon(office, token)


def test_what_ended_while_the_gateway_could_not_ask_is_learned_when_identity_is_back(office):
    token = sign_in(office)["access_token"]
    session_id = office.keys.verifier.caller(token, None, None, None).session_id
    office.stop("identity")
    with office.session("identity") as session:  # as another replica would have, just before it went too
        session.execute(update(SignInSession).where(SignInSession.id == session_id).values(ended_at=clock.now()))
    office.start("identity")
    assert refused_soon(office, token)


def test_only_what_a_token_may_still_rest_on_is_told_and_then_only_what_has_come(office):
    now, old, lately = clock.now(), new_id(), new_id()
    with office.session("identity") as session:
        for session_id, ago in ((old, 20), (lately, 5)):
            at = {"begun_at": now, "rotated_at": now, "proved_at": now, "expires_at": now + timedelta(days=30)}
            ended_at = now - timedelta(minutes=ago)
            session.add(SignInSession(id=session_id, account_id=office.ana, generation=1, ended_at=ended_at, **at))
    first = office.call(contracts.sessions.ListEnded, office.anonymous)
    assert first["ended"] == [str(lately)]
    assert office.call(contracts.sessions.ListEnded, office.anonymous, since=first["as_of"])["ended"] == []
    assert office.call(contracts.sessions.ListEnded, office.anonymous, since=now - timedelta(days=9))["ended"] == [str(lately)]
