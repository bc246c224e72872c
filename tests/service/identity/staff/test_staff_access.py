"""Requests for a way back into accounts of the staff: administrators decide, about an administrator two of them (F10)."""

import re
import shutil
from pathlib import Path

import pytest

from services.common.kernel import clock
from services.contracts import identity as contracts
from services.identity.models import HeldRole
from tests.support.actors.access_desk import asked, confirm, decide, staffed
from tests.support.actors.identity_people import account, add_person
from tests.support.places import ROOT


@pytest.fixture
def identity(system):
    """A running identity service, Ana, who lost something, and two people of the support."""
    return staffed(system)


def administrator(system, email):
    return system.caller("administrator", account_id=add_person(system, email, "administrator"))


def test_about_somebody_of_the_staff_only_administrators_decide(identity):
    officer = add_person(identity, "officer@college.example", "billing_officer")
    request_id, one, other = asked(identity), administrator(identity, "a@c.example"), administrator(identity, "b@c.example")
    for outcome in ("approved", "refused"):
        with pytest.raises(contracts.errors.AdministratorNeeded):
            decide(identity, request_id, account_id=officer, outcome=outcome)
    decide(identity, request_id, one, account_id=officer)
    for agree in (True, False):
        with pytest.raises(contracts.errors.AdministratorNeeded):
            confirm(identity, request_id, identity.caller("registrar"), agree=agree)
    assert account(identity, officer).email == "officer@college.example"
    assert confirm(identity, request_id, other)["state"] == "approved"


def test_about_an_administrator_two_others_decide_also_where_the_profile_asks_for_one(system, tmp_path):
    profile = Path(shutil.copytree(ROOT / "deploy/colleges/crpo", tmp_path / "crpo"))
    rules = profile / "access.yaml"
    rules.write_text(re.sub(r"four_eyes: .*", "four_eyes: []", rules.read_text()))
    staffed(system, COLLEGE_PROFILE=str(profile))
    chief, one, other = (administrator(system, f"{name}@c.example") for name in ("chief", "one", "other"))
    request_id = asked(system, "lost_second_factor")
    with pytest.raises(contracts.errors.OwnAccount):
        decide(system, request_id, chief, account_id=chief.account_id)
    shown = decide(system, request_id, one, account_id=chief.account_id)
    assert (shown["state"], shown["four_eyes"]) == ("proposed", True)
    for caller, refusal in ((one, contracts.errors.SecondPersonNeeded), (chief, contracts.errors.OwnAccount)):
        with pytest.raises(refusal):
            confirm(system, request_id, caller)
    assert confirm(system, request_id, other)["state"] == "approved"


def test_what_support_proposed_about_somebody_who_then_joined_the_staff_is_not_confirmed(identity):
    request_id = asked(identity)
    decide(identity, request_id)
    with identity.session("identity") as session:
        session.add(HeldRole(account_id=identity.ana, role="registrar", granted_at=clock.now()))
    one = administrator(identity, "a@c.example")
    with pytest.raises(contracts.errors.AdministratorNeeded):
        confirm(identity, request_id, one)
    assert confirm(identity, request_id, one, agree=False)["state"] == "open"
