"""Every call of every service is made as everybody who could ask: let in is who the table of access says, and nobody else."""

import base64
import json
import time

import eventlet
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.common.kernel.access import FRESH_S
from services.common.kernel.caller import Caller
from services.common.kernel.errors import OutcomeUnknown, ServiceError, Unavailable
from services.common.kernel.ids import new_id
from services.common.security.tokens import Delegation, TokenSigner
from services.contracts.access_table import COLUMNS, DELEGATE, NOBODY, PEOPLE, PROGRAM, cells
from services.contracts.pages import PAGES
from services.contracts.registry import LookUpRegistrant
from services.contracts.roles import APPLICANT, REGISTRANT, SCOPES
from services.contracts.topology import Plan
from tests.support.actors.registry_journey import register_someone, start_registry
from tests.support.system import System
from tests.support.whole_house import start_all

CALLS = Plan().calls
UNAUTHENTICATED, FORBIDDEN, STEP_UP = "unauthenticated", "forbidden", "step_up_required"
REFUSALS = {UNAUTHENTICATED, FORBIDDEN, STEP_UP}
AT_ONCE = 6


@pytest.fixture(scope="module")
def running(engines, templates, keys, tmp_path_factory, virtual_hosts, databases):
    """All six services in one house."""
    system = System(engines, templates, keys, tmp_path_factory.mktemp("access"), virtual_hosts, databases)
    start_all(system)
    yield system
    system.close()


def answers(system, token, calls=CALLS):
    """Makes all calls with the token, with nothing in them, and gives what each was answered with: a code, or `ok`."""

    def ask(call):
        try:
            system._client.ask(f"{call.owner}.{call.method}", {}, Caller(token=token, address="192.0.2.7").headers(), 10)
        except (Unavailable, OutcomeUnknown) as error:
            raise AssertionError(f"{call.owner}.{call.method} was not answered") from error
        except ServiceError as error:
            return call, error.code
        return call, "ok"

    return dict(eventlet.GreenPool(AT_ONCE).imap(ask, calls))


def wrong(system, token, expected):
    """Lists the calls that were not answered as expected: `expected` gives the refusal for a call, or nothing if it lets in."""
    found = []
    for call, code in answers(system, token).items():
        refusal = expected(call)
        # These callers have a token but no session: the one call that reads the session itself, whatever is asked, says so.
        let_in_without_session = refusal is None and (call.method, code) == ("begin_step_up", UNAUTHENTICATED)
        if (code != refusal if refusal else code in REFUSALS) and not let_in_without_session:
            found.append(f"{call.owner}.{call.method}: {code}, not {refusal or 'let in'}")
    return found


def said(call, column):
    return dict(zip(COLUMNS, cells(call), strict=True))[column]


def signed(system, *roles, proved_at=None, delegation=None):
    return system.keys.signer.sign(new_id(), roles, new_id(), "en", proved_at, delegation)


def test_nobody_gets_in_where_a_sign_in_is_needed(running):
    assert wrong(running, None, lambda call: None if said(call, NOBODY) else UNAUTHENTICATED) == []


@pytest.mark.parametrize("role", PEOPLE)
def test_each_role_gets_in_where_the_table_says(running, role):
    assert wrong(running, signed(running, role), lambda call: None if said(call, role) else FORBIDDEN) == []


def test_somebody_without_any_role_gets_in_where_no_role_is_asked_for(running):
    def expected(call):
        return FORBIDDEN if call.access.roles or call.access.programs_only else None

    assert wrong(running, signed(running), expected) == []


@pytest.mark.parametrize("role", PEOPLE)
def test_whoever_showed_who_they_are_too_long_ago_is_asked_again_where_it_matters(running, role):
    def expected(call):
        cell = said(call, role)
        return STEP_UP if cell == "fresh" else None if cell else FORBIDDEN

    assert wrong(running, signed(running, role, proved_at=int(time.time()) - FRESH_S - 60), expected) == []


@pytest.mark.parametrize("page", [*PAGES, None])
def test_a_delegate_gets_into_the_pages_given_and_no_other(running, page):
    def expected(call):
        return None if call.access.public or (page and call.access.page == page) else FORBIDDEN

    delegation = Delegation(new_id(), frozenset({page} if page else ()))
    assert wrong(running, signed(running, APPLICANT, REGISTRANT, delegation=delegation), expected) == []


def test_a_delegate_of_somebody_on_the_staff_is_no_member_of_staff(running):
    def expected(call):
        return None if call.access.public or call.access.page else FORBIDDEN

    delegation = Delegation(new_id(), frozenset(PAGES))
    assert wrong(running, signed(running, *PEOPLE, delegation=delegation), expected) == []


def test_a_program_gets_in_with_its_scope_and_not_without(running):
    with_scopes = running.keys.signer.sign_for_program("hospital", SCOPES)
    assert wrong(running, with_scopes, lambda call: None if said(call, PROGRAM) else FORBIDDEN) == []
    without = running.keys.signer.sign_for_program("hospital", ["another:scope"])
    assert wrong(running, without, lambda call: None if call.access.public else FORBIDDEN) == []


def forged(keys):
    """Gives tokens that say they are the registrar's, by what is wrong with them."""
    good = keys.signer.sign(new_id(), ["registrar", "administrator"], new_id(), "en")
    pem = keys.signing_key_file.read_bytes()
    head, payload, signature = good.split(".")
    header, claims = jwt.get_unverified_header(good), jwt.decode(good, options={"verify_signature": False})
    public_pem = (
        serialization.load_pem_private_key(pem, None)
        .public_key()
        .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    symmetric = f"{part({**header, 'alg': 'HS256'})}.{payload}"
    code = jwt.get_algorithm_by_name("HS256").sign(symmetric.encode(), public_pem)
    return {
        "signed by a stranger": jwt.encode(claims, Ed25519PrivateKey.generate(), "EdDSA", headers={"kid": header["kid"]}),
        "of a key that is not ours": jwt.encode(claims, Ed25519PrivateKey.generate(), "EdDSA", headers={"kid": "theirs"}),
        "changed after signing": f"{head}.{part({**claims, 'sub': str(new_id())})}.{signature}",
        "run out": TokenSigner(pem, header["kid"], lifetime_s=-5).sign(new_id(), ["registrar"], new_id(), "en"),
        "for somebody else": jwt.encode({**claims, "aud": "another"}, pem, "EdDSA", headers={"kid": header["kid"]}),
        "alg none": f"{part({**header, 'alg': 'none'})}.{payload}.",
        "HS256 with the public key": f"{symmetric}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}",
        "no token": "registrar",
    }


def part(content):
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_a_token_that_is_not_ours_opens_nothing_at_any_service(running):
    for what, token in forged(running.keys).items():
        assert wrong(running, token, lambda call: UNAUTHENTICATED) == [], what


def test_a_view_shows_more_to_those_whom_the_table_names_and_to_nobody_else(system):
    start_registry(system)
    application, fact = register_someone(system)
    number, more = {"number": fact.data["registration_number"]}, {"": (), "CheckedRegistrant": ("registrant_id",)}
    more["RegistrantForStaff"] = ("registrant_id", "account_id")
    for column in COLUMNS:
        token = {
            NOBODY: None,
            DELEGATE: signed(system, *PEOPLE, delegation=Delegation(new_id(), frozenset(PAGES))),
            PROGRAM: system.keys.signer.sign_for_program("hospital", SCOPES),
        }.get(column, signed(system, column))
        shown = system._client.ask("registry.look_up_registrant", number, Caller(token=token).headers(), 10)
        beside = more[said(LookUpRegistrant, column).partition("view ")[2]]
        assert {"registrant_id", "account_id"} & shown.keys() == set(beside), column
        assert shown.get("account_id", str(application["account_id"])) == str(application["account_id"])
    another = system.keys.signer.sign_for_program("hospital", ["another:scope"])
    assert "registrant_id" not in system._client.ask("registry.look_up_registrant", number, Caller(token=another).headers(), 10)
