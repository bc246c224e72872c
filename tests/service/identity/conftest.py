"""What several files of identity's tests need."""

import pytest

from services.contracts.roles import REGISTRAR
from tests.support.actors.identity_factors import STAFF, enrol_app
from tests.support.actors.identity_people import add_person, sign_in


@pytest.fixture
def identity(system):
    """A running identity service with an applicant and a registrar."""
    system.start("identity")
    system.ana = add_person(system, application_id="A-0000007-G")
    system.registrar = add_person(system, STAFF, REGISTRAR)
    return system


@pytest.fixture
def app(identity):
    """The applicant's authenticator app."""
    app, added = enrol_app(identity, sign_in(identity))
    app.recovery_codes = added["recovery_codes"]
    return app
