"""What colleagues are called, over the real bus and database: told to the staff and to nobody else."""

import pytest
from sqlalchemy import select

from services.common.kernel.errors import Forbidden, NotFound
from services.common.kernel.ids import new_id
from services.common.persistence.tables import audit
from services.contracts import identity as contracts
from tests.support.actors.administrator import ID, boss, invite, set_roles
from tests.support.actors.identity_people import EMAIL, add_person


@pytest.fixture
def identity(system):
    """A running identity service with an administrator."""
    system.start("identity")
    system.boss = add_person(system, "boss@college.example", "administrator")
    return system


def colleagues(system, *account_ids, caller=None):
    found = system.call(
        contracts.administration.GetColleagues, caller or system.caller("support"), account_ids=list(account_ids)
    )["colleagues"]
    return {one["id"]: one["name"] for one in found}


def test_staff_are_told_the_names_of_colleagues_also_of_those_who_left_and_of_nobody_else(identity):
    bea = invite(identity, name="Béa Roy")["id"]
    applicant = add_person(identity, EMAIL, "applicant", application_id=ID)
    assert colleagues(identity, bea, identity.boss, applicant, new_id()) == {
        bea: "Béa Roy",
        identity.boss: "boss@college.example",
    }
    set_roles(identity, bea)  # she leaves
    assert colleagues(identity, bea) == {bea: "Béa Roy"}
    set_roles(identity, applicant, "support")  # joins the staff with an account of long ago
    assert colleagues(identity, applicant) == {applicant: EMAIL}
    for role in ("applicant", "registrant"):
        with pytest.raises(Forbidden):
            colleagues(identity, bea, caller=identity.caller(role))


def test_an_administrator_sets_the_name_of_a_colleague_and_of_nobody_else(identity):
    def set_name(account_id, caller=None):
        return identity.call(
            contracts.administration.SetStaffName, caller or boss(identity), account_id=account_id, name="Béa Roy-Ng"
        )

    bea = invite(identity, name="Béa Roy")["id"]
    assert set_name(bea)["name"] == "Béa Roy-Ng" and colleagues(identity, bea) == {bea: "Béa Roy-Ng"}
    with identity.session("identity") as session:
        entry = session.execute(select(audit).where(audit.c.action == "account:set-name")).one()
    assert (entry.before, entry.after) == ({"name": "Béa Roy"}, {"name": "Béa Roy-Ng"})
    with pytest.raises(NotFound):
        set_name(add_person(identity, EMAIL, "applicant", application_id=ID))
    with pytest.raises(Forbidden):
        set_name(bea, identity.caller("support"))
