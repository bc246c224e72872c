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


def start_again(system, **environment):
    system.stop("identity")
    system.start("identity", **environment)


def signed_in_with(system, app):
    forget_steps(system)
    return complete(system, asked(system)["challenge"], code=app.code())["access_token"]


def sealed(system):
    with system.session("identity") as session:
        return list(session.scalars(select(Factor.sealed_secret)))


def opens(box, value):
    try:
        return bool(box.open(value))
    except ValueError:
        return False


def test_the_key_of_factors_is_changed_under_use_and_then_the_old_one_is_not_needed(system):
    old, new = system.keys.factors_key, Fernet.generate_key().decode()
    system.start("identity")
    add_person(system)
    app, _ = enrol_app(system, sign_in(system))
    (before,) = sealed(system)
    start_again(system, FACTORS_KEY=f"{old},{new}")
    assert signed_in_with(system, app)
    system.settle()
    assert sealed(system) == [before]
    start_again(system, FACTORS_KEY=f"{new},{old}")
    assert signed_in_with(system, app)
    until(lambda: opens(SealedBox(new), sealed(system)[0]))
    (after,) = sealed(system)
    start_again(system, FACTORS_KEY=f"{new},{old}")
    system.settle()
    assert sealed(system) == [after]  # nothing is left to do
    assert [entry.after for entry in trail(system, "factors:reseal")] == [{"resealed": 1}]
    start_again(system, FACTORS_KEY=new)
    assert signed_in_with(system, app)


def test_a_secret_that_no_key_opens_stays_and_keeps_no_other_from_being_sealed_anew(system):
    old, new = system.keys.factors_key, Fernet.generate_key().decode()
    system.start("identity")
    for email in (EMAIL, "tom@example.org"):
        add_person(system, email)
        enrol_app(system, sign_in(system, email))
    with system.session("identity") as session:
        first = session.scalar(select(func.min(Factor.id.cast(String))))
        session.execute(update(Factor).where(Factor.id == first).values(sealed_secret="lost"))
    start_again(system, FACTORS_KEY=f"{new},{old}")
    until(lambda: any(opens(SealedBox(new), value) for value in sealed(system)))
    assert "lost" in sealed(system)


def test_links_of_mails_under_way_are_sealed_anew(system):
    """No mail server answers, so that the mail waits with its link."""
    old, new = system.keys.sealing_key, Fernet.generate_key().decode()
    nowhere = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "1", "MAIL_FIRST_RETRY_S": "60"}
    system.start("identity")
    system.start("correspondence", **nowhere)
    system.call(contracts.accounts.OpenAccount, system.anonymous, email=EMAIL, password="the river freezes in january")

    def link():
        with system.session("correspondence") as session:
            return session.scalars(select(Message.sealed_link).where(Message.sealed_link.is_not(None))).one_or_none()

    until(link)
    system.stop("correspondence")
    system.start("correspondence", **nowhere, SEALING_KEY=f"{new},{old}")
    until(lambda: opens(SealedBox(new), link()))
    assert "/activate?token=" in SealedBox(new).open(link())
