"""The keys that seal are changed under use: nobody is refused, what is kept is sealed anew, and then the old key is not needed."""

from cryptography.fernet import Fernet
from sqlalchemy import String, func, select, update

from services.common.security.encryption import SealedBox
from services.contracts import identity as contracts
from services.correspondence.models import Message
from services.identity.models import Factor
from tests.support.actors.identity_factors import asked, complete, enrol_app, forget_steps
from tests.support.actors.identity_people import EMAIL, add_person, sign_in, trail
from tests.support.waiting import until


def start_again(house, **environment):
    house.stop("identity")
    house.start("identity", **environment)


def signed_in_with(house, app):
    forget_steps(house)
    return complete(house, asked(house)["challenge"], code=app.code())["access_token"]


def sealed(house):
    with house.session("identity") as session:
        return list(session.scalars(select(Factor.sealed_secret)))


def opens(box, value):
    try:
        return bool(box.open(value))
    except ValueError:
        return False


def test_the_key_of_factors_is_changed_under_use_and_then_the_old_one_is_not_needed(house):
    old, new = house.keys.factors_key, Fernet.generate_key().decode()
    house.start("identity")
    add_person(house)
    app, _ = enrol_app(house, sign_in(house))
    (before,) = sealed(house)
    start_again(house, FACTORS_KEY=f"{old},{new}")
    assert signed_in_with(house, app)
    house.settle()
    assert sealed(house) == [before]
    start_again(house, FACTORS_KEY=f"{new},{old}")
    assert signed_in_with(house, app)
    until(lambda: opens(SealedBox(new), sealed(house)[0]))
    (after,) = sealed(house)
    start_again(house, FACTORS_KEY=f"{new},{old}")
    house.settle()
    assert sealed(house) == [after]  # nothing is left to do
    assert [entry.after for entry in trail(house, "factors:reseal")] == [{"resealed": 1}]
    start_again(house, FACTORS_KEY=new)
    assert signed_in_with(house, app)


def test_a_secret_that_no_key_opens_stays_and_keeps_no_other_from_being_sealed_anew(house):
    old, new = house.keys.factors_key, Fernet.generate_key().decode()
    house.start("identity")
    for email in (EMAIL, "tom@example.org"):
        add_person(house, email)
        enrol_app(house, sign_in(house, email))
    with house.session("identity") as session:
        first = session.scalar(select(func.min(Factor.id.cast(String))))
        session.execute(update(Factor).where(Factor.id == first).values(sealed_secret="lost"))
    start_again(house, FACTORS_KEY=f"{new},{old}")
    until(lambda: any(opens(SealedBox(new), value) for value in sealed(house)))
    assert "lost" in sealed(house)


def test_links_of_mails_under_way_are_sealed_anew(house):
    """No mail server answers, so that the mail waits with its link."""
    old, new = house.keys.sealing_key, Fernet.generate_key().decode()
    nowhere = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "MAIL_FIRST_RETRY_S": "60"}
    house.start("identity")
    house.start("correspondence", **nowhere)
    house.call(contracts.OpenAccount, house.anonymous, email=EMAIL, password="the river freezes in january")

    def link():
        with house.session("correspondence") as session:
            return session.scalars(select(Message.sealed_link).where(Message.sealed_link.is_not(None))).one_or_none()

    until(link)
    house.stop("correspondence")
    house.start("correspondence", **nowhere, SEALING_KEY=f"{new},{old}")
    until(lambda: opens(SealedBox(new), link()))
    assert "/activate?token=" in SealedBox(new).open(link())
