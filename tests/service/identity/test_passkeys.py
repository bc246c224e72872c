"""Passkeys: made, used as the second factor or alone, and every way in which an answer can be wrong (B10)."""

import eventlet
import pytest
from sqlalchemy import select, update

from services.common.kernel import clock
from services.contracts import identity as contracts
from services.contracts.roles import REGISTRAR
from services.identity.models import Account, Factor, FailedTry
from tests.support.actors.authenticator import Authenticator, to_text
from tests.support.actors.identity_factors import asked, complete, enrol_app, enrol_passkey, step_up
from tests.support.actors.identity_people import EMAIL, add_person, caller_of, refresh, sign_in, trail

STAFF = "registrar@college.example"


@pytest.fixture
def identity(system):
    """A running identity service with an applicant."""
    system.start("identity")
    system.ana = add_person(system)
    return system


@pytest.fixture
def device(identity):
    """The device that holds the applicant's passkey."""
    device, _ = enrol_passkey(identity, sign_in(identity), name="Laptop")
    return device


def begin_alone(system):
    return system.call(contracts.sessions.BeginPasskeySignIn, system.anonymous)


def refused(system, needed, answer):
    with pytest.raises(contracts.errors.ProofRefused):
        complete(system, needed["challenge"], passkey=answer)


# ---- signing in ----------------------------------------------------------------------------------------------------------


def test_a_passkey_is_the_second_factor_of_whoever_has_one(identity, device):
    needed = asked(identity)
    assert needed["methods"] == ["passkey", "recovery_code"]
    assert needed["passkey"]["rpId"] == "college.test"
    assert needed["passkey"]["userVerification"] == "required"
    tokens = complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))
    assert tokens["account"]["email"] == EMAIL
    listed = identity.call(contracts.factors.ListFactors, caller_of(identity, tokens))["factors"]
    assert [(factor["kind"], factor["name"]) for factor in listed] == [("passkey", "Laptop")]
    assert listed[0]["last_used_at"] is not None


def test_a_passkey_alone_signs_in_and_nothing_is_told_of_any_account_before(identity, device):
    needed = begin_alone(identity)
    assert needed["methods"] == ["passkey"]
    assert needed["passkey"]["allowCredentials"] == []
    assert complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))["account"]["email"] == EMAIL


def test_staff_who_sign_in_with_a_passkey_alone_have_their_roles(identity):
    add_person(identity, STAFF, REGISTRAR)
    device, _ = enrol_passkey(identity, sign_in(identity, STAFF))
    needed = begin_alone(identity)
    tokens = complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))
    assert not tokens["enrolment_needed"]
    assert caller_of(identity, refresh(identity, tokens)).roles == {REGISTRAR}


def test_whoever_has_a_passkey_and_an_app_chooses(identity, device):
    needed = asked(identity)
    tokens = complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))
    app, added = enrol_app(identity, tokens)
    assert added["recovery_codes"] == []
    needed = asked(identity)
    assert needed["methods"] == ["passkey", "totp", "recovery_code"]
    assert complete(identity, needed["challenge"], code=app.code())["access_token"]


def test_an_answer_works_once(identity, device):
    needed = begin_alone(identity)
    answer = device.get(needed["passkey"])
    complete(identity, needed["challenge"], passkey=answer)
    with pytest.raises(contracts.errors.ChallengeOver):
        complete(identity, needed["challenge"], passkey=answer)
    refused(identity, begin_alone(identity), answer)  # nor for another step


def test_one_answer_shown_twice_at_once_signs_in_once(identity, device):
    needed = asked(identity)
    answer = device.get(needed["passkey"])

    def show():
        try:
            return bool(complete(identity, needed["challenge"], passkey=answer)["access_token"])
        except (contracts.errors.ProofRefused, contracts.errors.ChallengeOver):
            return False

    assert sorted(thread.wait() for thread in [eventlet.spawn(show) for _ in range(3)]) == [False, False, True]


def test_a_passkey_of_another_site_is_refused(identity, device):
    needed = asked(identity)
    device.origin = "http://college.test.evil.example"
    refused(identity, needed, device.get(needed["passkey"]))
    device.origin = "http://college.test"
    refused(identity, needed, device.get({**needed["passkey"], "rpId": "evil.example"}))
    complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))


def test_an_answer_to_another_challenge_is_refused(identity, device):
    needed = asked(identity)
    refused(identity, needed, device.get({**needed["passkey"], "challenge": to_text(b"made up by somebody else")}))


def test_a_device_that_did_not_check_who_uses_it_is_refused(identity, device):
    needed = asked(identity)
    device.verifies = False
    refused(identity, needed, device.get(needed["passkey"]))


@pytest.mark.parametrize("back_to", [0, 4])
def test_a_count_of_uses_that_does_not_grow_is_refused_as_there_may_be_a_copy(identity, device, back_to):
    device.count = 4
    needed = asked(identity)
    complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))
    needed = asked(identity)
    device.count = back_to
    refused(identity, needed, device.get(needed["passkey"]))
    assert trail(identity, "proof:refuse")[-1].after == {"for": "sign_in", "proof": "passkey"}


def test_a_device_that_does_not_count_signs_in_again_and_again(identity, device):
    for _ in range(2):
        needed = asked(identity)
        device.count = -1
        complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))


def test_a_changed_signature_is_refused(identity, device):
    needed = asked(identity)
    answer = device.get(needed["passkey"])
    answer["response"]["signature"] = to_text(b"0" * 70)
    refused(identity, needed, answer)


def test_somebody_elses_passkey_is_refused(identity, device):
    add_person(identity, "tom@example.org")
    toms, _ = enrol_passkey(identity, sign_in(identity, "tom@example.org"))
    needed = asked(identity)
    refused(identity, needed, toms.get({**needed["passkey"], "allowCredentials": []}))


def test_a_passkey_that_says_that_it_is_somebody_elses_is_refused(identity, device):
    needed = begin_alone(identity)
    answer = device.get(needed["passkey"])
    answer["response"]["userHandle"] = to_text(bytes(16))
    refused(identity, needed, answer)


def test_a_passkey_that_nobody_has_is_refused_in_the_same_words_and_slowed_down(identity):
    stranger, needed = Authenticator(), begin_alone(identity)
    for _ in range(5):
        refused(identity, needed, stranger.get(needed["passkey"]))
    with pytest.raises(contracts.errors.TooManyTries):
        complete(identity, needed["challenge"], passkey=stranger.get(needed["passkey"]))
    with identity.session("identity") as session:
        assert to_text(stranger.credential_id) not in "".join(session.scalars(select(FailedTry.subject)))


@pytest.mark.parametrize(
    "answer", [{}, {"id": 7}, {"id": "***"}, {"id": "AAAA", "response": []}, {"response": {"userHandle": 7}}]
)
def test_what_no_browser_gives_is_refused_and_is_no_fault(identity, device, answer):
    refused(identity, begin_alone(identity), answer)
    whole = device.get(asked(identity)["passkey"])
    refused(identity, asked(identity), {**whole, **answer, "id": whole["id"]})


def test_a_code_does_not_finish_a_sign_in_that_was_begun_for_a_passkey(identity, device):
    with pytest.raises(contracts.errors.ProofRefused):
        complete(identity, begin_alone(identity)["challenge"], code="123456")


@pytest.mark.parametrize("column", ["suspended_at", "activated_at"])
def test_an_account_that_may_not_sign_in_does_not_with_a_passkey_either(identity, device, column):
    with identity.session("identity") as session:
        session.execute(update(Account).values({column: clock.now() if column == "suspended_at" else None}))
    needed = begin_alone(identity)
    refused(identity, needed, device.get(needed["passkey"]))


# ---- making one ----------------------------------------------------------------------------------------------------------


def begin(system, tokens):
    return system.call(contracts.factors.BeginPasskey, caller_of(system, tokens))


def confirm(system, tokens, begun, answer):
    return system.call(contracts.factors.ConfirmPasskey, caller_of(system, tokens), challenge=begun["challenge"], passkey=answer)


def test_the_browser_is_asked_for_a_passkey_that_can_sign_in_alone_and_for_no_attestation(identity):
    options = begin(identity, sign_in(identity))["passkey"]
    assert options["rp"]["id"] == "college.test"
    assert options["user"]["name"] == EMAIL
    assert options["user"]["id"] == to_text(identity.ana.bytes)
    assert options["authenticatorSelection"] == {"residentKey": "preferred", "requireResidentKey": False} | {
        "userVerification": "required"
    }
    assert options["attestation"] == "none"


def test_a_device_makes_no_second_passkey_of_an_account(identity, device):
    needed = asked(identity)
    tokens = complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))
    excluded = begin(identity, tokens)["passkey"]["excludeCredentials"]
    assert [one["id"] for one in excluded] == [to_text(device.credential_id)]


@pytest.mark.parametrize("wrong", ["origin", "challenge", "site", "unverified", "nonsense"])
def test_a_passkey_that_was_not_made_for_us_now_is_refused(identity, wrong):
    tokens, device = sign_in(identity), Authenticator()
    begun = begin(identity, tokens)
    options = begun["passkey"]
    if wrong == "origin":
        device.origin = "https://college.test"
    if wrong == "challenge":
        options = {**options, "challenge": to_text(b"another")}
    if wrong == "site":
        options = {**options, "rp": {"id": "evil.example"}}
    device.verifies = wrong != "unverified"
    answer = {"id": "AAAA"} if wrong == "nonsense" else device.create(options)
    with pytest.raises(contracts.errors.ProofRefused):
        confirm(identity, tokens, begun, answer)
    assert sign_in(identity)["access_token"]


def test_what_a_browser_made_is_taken_once(identity):
    tokens, device = sign_in(identity), Authenticator()
    begun = begin(identity, tokens)
    answer = device.create(begun["passkey"])
    confirm(identity, tokens, begun, answer)
    with pytest.raises(contracts.errors.ChallengeOver):
        confirm(identity, tokens, begun, answer)
    with identity.session("identity") as session:
        assert session.scalars(select(Factor.credential_id)).one() == device.credential_id


def test_a_passkey_that_is_somebodys_already_is_not_added_to_another_account(identity, device):
    add_person(identity, "tom@example.org")
    tokens = sign_in(identity, "tom@example.org")
    begun = begin(identity, tokens)
    with pytest.raises(contracts.errors.ProofRefused):
        confirm(identity, tokens, begun, device.create(begun["passkey"]))


def test_a_passkey_shows_anew_who_one_is(identity, device):
    needed = asked(identity)
    tokens = complete(identity, needed["challenge"], passkey=device.get(needed["passkey"]))
    begun = identity.call(contracts.sessions.BeginStepUp, caller_of(identity, tokens))
    assert begun["methods"] == ["passkey", "recovery_code"]
    answer = device.get(begun["passkey"])
    with pytest.raises(contracts.errors.ChallengeOver):
        complete(identity, begun["challenge"], passkey=answer)  # it was begun for another purpose
    identity.call(contracts.sessions.StepUp, caller_of(identity, tokens), challenge=begun["challenge"], passkey=answer)
    with pytest.raises(contracts.errors.ProofRefused):
        step_up(identity, tokens, passkey=answer)
