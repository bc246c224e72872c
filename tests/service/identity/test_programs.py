"""Programs and their tokens, over the real bus and database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from services.common.kernel import clock
from services.common.kernel.errors import Forbidden, NotFound, Unauthenticated
from services.common.kernel.ids import new_id
from services.common.persistence.tables import outbox
from services.contracts import identity as contracts
from services.contracts.roles import REGISTER_READ, SCOPES
from services.identity.models import Program
from tests.support.actors.identity_people import trail


@pytest.fixture
def identity(system):
    """A running identity service, and an administrator."""
    system.start("identity")
    system.boss = system.caller("administrator")
    return system


def register(system, name="Sunnybrook", scopes=(REGISTER_READ,)):
    return system.call(contracts.programs.RegisterProgram, system.boss, name=name, scopes=list(scopes))


def renew(system, program):
    return system.call(contracts.programs.RenewProgramSecret, system.boss, program_id=program["id"])


def revoke(system, program, note="contract ended"):
    return system.call(contracts.programs.RevokeProgram, system.boss, program_id=program["id"], note=note)


def token(system, program, client_secret=None, scope=""):
    credentials = {"client_id": program["client_id"], "client_secret": client_secret or program["client_secret"]}
    return system.call(contracts.programs.IssueProgramToken, system.anonymous, **credentials, scope=scope)


def listed(system):
    return system.call(contracts.programs.ListPrograms, system.boss)["programs"]


def row(system, program):
    with system.session("identity") as session:
        return session.execute(select(Program.__table__).where(Program.id == program["id"])).one()


def test_a_program_gets_a_token_with_its_scopes_for_its_credentials(identity):
    program = register(identity)
    assert program["client_id"].startswith("prg_")
    answer = token(identity, program)
    assert (answer["token_type"], answer["expires_in"], answer["scope"]) == ("Bearer", 600, REGISTER_READ)
    caller = identity.keys.verifier.caller(answer["access_token"], None, None, None)
    assert (caller.client_id, caller.scopes, caller.account_id) == (program["client_id"], {REGISTER_READ}, None)
    assert caller.name == f"client/{program['client_id']}"


def test_the_secret_is_told_once_and_only_its_digest_is_kept(identity):
    program = register(identity)
    assert "client_secret" not in listed(identity)[0]
    assert program["client_secret"] not in repr(row(identity, program))
    renewed = renew(identity, program)
    answer = token(identity, renewed)
    with identity.session("identity") as session:
        sent = repr(session.execute(select(outbox)).all())
    for secret in (program["client_secret"], renewed["client_secret"], answer["access_token"]):
        assert secret not in repr(trail(identity)) + sent


def test_programs_are_listed_by_name_with_when_they_were_used_last(identity):
    used, unused = register(identity, "Zeta"), register(identity, "Alpha")
    token(identity, used)
    first, second = listed(identity)
    assert [first["name"], second["name"]] == ["Alpha", "Zeta"]
    assert (first["last_used_at"], first["id"]) == (None, unused["id"])
    assert second["last_used_at"] is not None


def test_an_unknown_program_and_a_wrong_secret_are_refused_alike(identity):
    program = register(identity)
    refusals = []
    for client_id, secret in ((program["client_id"], "x" * 43), ("prg_nobody", program["client_secret"])):
        with pytest.raises(contracts.programs.ProgramRefused) as refused:
            token(identity, {"client_id": client_id, "client_secret": secret})
        refusals.append(refused.value.to_wire())
    assert refusals[0] == refusals[1]
    assert row(identity, program).last_used_at is None


def test_a_program_gets_no_scope_that_it_was_not_given(identity):
    program = register(identity)
    for scope in ("register:write", f"{REGISTER_READ} accounts:read"):
        with pytest.raises(contracts.programs.ScopeRefused):
            token(identity, program, scope=scope)
    assert token(identity, program, scope=f" {REGISTER_READ}  {REGISTER_READ} ")["scope"] == REGISTER_READ


def test_a_former_secret_works_for_a_day_and_the_one_before_no_more(identity):
    program = register(identity)
    second = renew(identity, program)
    assert token(identity, program) and token(identity, second)
    third = renew(identity, program)
    with pytest.raises(contracts.programs.ProgramRefused):
        token(identity, program)
    assert token(identity, second) and token(identity, third)
    with identity.session("identity") as session:
        session.execute(update(Program).values(former_until=clock.now() - timedelta(seconds=1)))
    with pytest.raises(contracts.programs.ProgramRefused):
        token(identity, second)
    assert token(identity, third)


def test_a_revoked_program_gets_no_token_by_any_secret_and_is_never_renewed(identity):
    program = register(identity)
    second = renew(identity, program)
    assert revoke(identity, program)["revoked_at"] is not None
    for each in (program, second):
        with pytest.raises(contracts.programs.ProgramRefused):
            token(identity, each)
    with pytest.raises(contracts.errors.WrongState):
        renew(identity, program)
    assert revoke(identity, program, "again")["revoked_at"] == listed(identity)[0]["revoked_at"]
    assert [entry.after for entry in trail(identity, "program:revoke")] == [{"revoked": True, "note": "contract ended"}]


def test_what_is_done_with_a_program_is_in_the_trail(identity):
    program = register(identity)
    token(identity, program)
    renew(identity, program)
    token(identity, program)
    subject = f"program/{program['id']}"
    entries = [(entry.action, entry.subject) for entry in trail(identity)]
    assert entries == [(f"program:{verb}", subject) for verb in ("register", "issue-token", "renew-secret", "issue-token")]
    assert [entry.after["former_secret"] for entry in trail(identity, "program:issue-token")] == [False, True]


def test_what_is_not_there_is_neither_renewed_nor_revoked(identity):
    for act in (renew, revoke):
        with pytest.raises(NotFound):
            act(identity, {"id": new_id()})


def test_a_program_can_call_nothing_of_people_or_staff(identity):
    answer = token(identity, register(identity))
    caller = identity.keys.verifier.caller(answer["access_token"], None, None, None)
    assert caller.scopes == set(SCOPES)
    for call in (
        contracts.accounts.GetMe,
        contracts.programs.ListPrograms,
        contracts.sessions.ListSessions,
        contracts.administration.ListStaff,
    ):
        with pytest.raises(Forbidden):
            identity.call(call, caller)
    with pytest.raises(Unauthenticated):
        identity.call(contracts.programs.ListPrograms, identity.anonymous)


def test_each_refused_try_for_a_token_is_in_the_trail_with_where_it_came_from_and_without_what_was_sent(identity):
    program, ended = register(identity), register(identity, "Ended")
    revoke(identity, ended)
    nobody = {"client_id": "my-secret-by-mistake", "client_secret": "s"}
    tries = ((program, "a-wrong-secret", ""), (program, None, "accounts:read"), (ended, None, ""), (nobody, None, ""))
    where = replace(identity.anonymous, address="192.0.2.44")
    for one, client_secret, scope in tries:
        credentials = {"client_id": one["client_id"], "client_secret": client_secret or one["client_secret"]}
        with pytest.raises((contracts.programs.ProgramRefused, contracts.programs.ScopeRefused)):
            identity.call(contracts.programs.IssueProgramToken, where, **credentials, scope=scope)
    refused = identity.call(contracts.audit.ListAudit, identity.boss, action="program:refuse-token")["entries"]
    assert [(one["subject"], one["after"]["reason"]) for one in reversed(refused)] == [
        (f"program/{program['id']}", "wrong secret"),
        (f"program/{program['id']}", "scope"),
        (f"program/{ended['id']}", "revoked"),
        ("program", "no such program"),
    ]
    assert {(one["actor"], one["address"]) for one in refused} == {("anonymous", "192.0.2.44")}
    sent = ("a-wrong-secret", "my-secret-by-mistake", program["client_secret"], ended["client_secret"])
    assert not [secret for secret in sent if secret in repr(refused)]
