"""After people have done all that secrets take part in, no secret stands where somebody could read it: log, table, file or queue."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import jwt
import psycopg2
import pyotp
import pytest
import requests
from kombu import Connection
from sqlalchemy.engine import make_url

from deploy.demo.journey.api import Api, Refused, wait_for
from deploy.demo.journey.applicant import Applicant
from services.common.bus.topology import queue_of
from services.common.kernel.contract import Event
from services.contracts.roles import ADMINISTRATOR, REGISTER_READ
from services.identity.sessions.signing import FileSigner
from tests.support.waiting import PATIENCE_S

PASSWORD, NEW_PASSWORD, WRONG = "another long sentence 61", "yet another long sentence 63", "a wrong long sentence 62"
RESET_SUBJECT, INVITATION_SUBJECT = "choose a new password", "invitation to help someone"


class Secrets(dict[str, str]):
    """What must not be found anywhere, by what it is; `address` is no secret, and shows that the search finds what is there."""

    address = ""

    def of_tokens(self, who: str, api: Api) -> None:
        """Adds the tokens that somebody holds now."""
        self[f"{who}: access token {len(self)}"] = bearer(api)
        self[f"{who}: refresh token {len(self)}"] = api.refresh_token

    def of_mail(self, what: str, person: Applicant, subject: str) -> str:
        """Adds the secret part of the link that was mailed, and gives it."""
        link = person.mailbox.link(person.mailbox.wait_subject(subject), "token=")
        self[f"{what} {len(self)}"] = token = parse_qs(urlsplit(link).query)["token"][0]
        return token

    def found_in(self, places: dict[str, str]) -> list[str]:
        """Lists which secret is where, in any of the ways in which a text may be written."""
        return [
            f"{name} in {place}"
            for place, content in places.items()
            for name, secret in self.items()
            if any(form in content for form in (secret, secret.encode().hex(), secret.encode("unicode_escape").decode()))
        ]


def bearer(api: Api) -> str:
    return api.session.headers["Authorization"].removeprefix("Bearer ")


@pytest.fixture(scope="module")
def secrets(college, site):
    """Everything that a secret takes part in is done, well and badly; gives the secrets."""
    known = Secrets({"the password": PASSWORD, "the new password": NEW_PASSWORD, "a wrong password": WRONG})
    known["the sealing key"] = site.environment("identity")["SEALING_KEY"]
    known["the key of factors"] = site.environment("identity")["FACTORS_KEY"]
    known["the key of cookies"] = site.environment("gateway")["COOKIE_KEY"]
    one = college.applicant("en", password=PASSWORD)
    one.open_account()
    known.address = one.email
    known.of_mail("a used activation link", one, "Account Activation")
    one.activate()
    sign_in(known, one)
    known |= second_factor(known, one)
    reset(known, one)
    program(known, college, site)
    delegation(known, college)
    college.applicant("en", password=PASSWORD).open_account()  # its activation link is not used
    return known


def sign_in(known: Secrets, one: Applicant) -> None:
    one.sign_in()
    known.of_tokens("a session", one.api)
    one.api.refresh()
    known.of_tokens("a session that went on", one.api)
    for body in ({"login": one.email, "password": WRONG}, {"login": "x", "password": WRONG, "pass": WRONG}):
        with pytest.raises(Refused):
            Api(one.places.public_url).post("/sessions", body)
    form = {"login": one.email, "password": PASSWORD}
    browser = requests.post(
        f"{one.places.public_url}/session", data=form, headers={"Sec-Fetch-Site": "same-origin"}, timeout=PATIENCE_S
    )
    assert len(browser.cookies) == 2
    known |= {f"a cookie: {cookie.name}": cookie.value for cookie in browser.cookies}


def second_factor(known: Secrets, one: Applicant) -> dict[str, str]:
    begun = one.api.post("/me/second-factors/totp")
    known |= {"a secret of an app": begun["secret"], "its challenge": begun["challenge"]}
    app = pyotp.TOTP(begun["secret"])
    added = one.api.call(
        "PUT", "/me/second-factors/totp", json={"challenge": begun["challenge"], "code": app.now(), "name": "telephone"}
    )
    codes = added["recovery_codes"]
    known |= {f"recovery code {number}": code for number, code in enumerate(codes)}
    first = Api(one.places.public_url)
    needed = first.post("/sessions", {"login": one.email, "password": PASSWORD})["second_factor"]
    known["the challenge of a sign-in"] = needed["challenge"]
    tokens = first.post("/sessions/second-factor", {"challenge": needed["challenge"], "recovery_code": codes[0]})
    return known | {"tokens by a recovery code": tokens["access_token"], "and to refresh them": tokens["refresh_token"]}


def reset(known: Secrets, one: Applicant) -> None:
    anyone = Api(one.places.public_url)
    anyone.post("/accounts/password-mail", {"email": one.email})
    token = known.of_mail("a used link for a password", one, RESET_SUBJECT)
    anyone.post("/accounts/password", {"token": token, "password": NEW_PASSWORD})
    with pytest.raises(Refused):
        anyone.post("/accounts/password", {"token": token, "password": NEW_PASSWORD})


def program(known: Secrets, college, site) -> None:
    claims = jwt.decode(bearer(college.staff("registrar").api), options={"verify_signature": False})
    signer = FileSigner(site.keys.signing_key, site.keys.verify_keys)
    administrator = Api(college.url)
    token = signer.sign(UUID(claims["sub"]), [ADMINISTRATOR], UUID(claims["sid"]), "en")
    administrator.session.headers["Authorization"] = f"Bearer {token}"
    made = administrator.post("/staff/programs", {"name": "A hospital", "scopes": [REGISTER_READ]})
    known["a program's secret"] = made["client_secret"]
    credentials = {"client_id": made["client_id"], "client_secret": made["client_secret"]}
    form = {"grant_type": "client_credentials", **credentials}
    answer = requests.post(f"{college.url}/api/v1/oauth/token", data=form, timeout=PATIENCE_S)
    known["a program's token"] = answer.json()["access_token"]
    renewed = administrator.post(f"/staff/programs/{made['id']}/secret")
    known["a program's new secret"] = renewed["client_secret"]


def delegation(known: Secrets, college) -> None:
    principal, assistant = college.signed_in("en"), college.signed_in("en")
    principal.api.post("/delegations", {"email": assistant.email, "name": "Sam", "pages": ["documents"]})
    token = known.of_mail("a used invitation", assistant, INVITATION_SUBJECT)
    accepted = assistant.api.post("/delegations/accept", {"token": token})
    acting = assistant.api.post(f"/delegations/{accepted['id']}/act")
    known["a delegate's token"] = acting["access_token"]
    known.of_tokens("the delegate", assistant.api)


def test_no_secret_is_in_logs_tables_files_or_queues(site, secrets):
    assert len(secrets) > 25
    places = dict(kept(site))
    assert {
        "gateway.1.log",
        "identity.outbox",
        "identity.audit",
        "identity.idempotency",
        "correspondence.messages",
    } <= places.keys()
    assert len(Secrets({"the address": secrets.address}).found_in(places)) > 3
    assert secrets.found_in(places) == []


def test_no_secret_waits_in_the_queues(college, site, secrets):
    """What was announced while the listener is away waits as it crosses the bus."""
    principal = college.signed_in("en")
    site.kill("correspondence")
    try:
        one = college.applicant("en", password=PASSWORD)
        one.open_account()
        one.api.post("/accounts/password-mail", {"email": principal.email})
        principal.api.post("/delegations", {"email": one.email, "name": "Sam", "pages": ["documents"]})
        waiting = wait_for("what was announced", lambda: in_queues(site))
    finally:
        site.start_component("correspondence")
        site.wait_ready(2 * PATIENCE_S)
    secrets.of_mail("an activation link", one, "Account Activation")
    secrets.of_mail("an invitation", one, INVITATION_SUBJECT)
    secrets.of_mail("a link for a password", principal, RESET_SUBJECT)
    assert waiting["all"].count("sealed_link") >= 3
    assert secrets.found_in(waiting) == []
    assert "token=" not in waiting["all"]


def in_queues(site) -> dict[str, str] | None:
    # With the rights of the listener; what is not acknowledged goes back when the connection closes.
    queues = [queue_of("correspondence", event) for event in Event.all.values() if "correspondence" in event.listeners]
    found = []
    with Connection(site.environment("correspondence")["AMQP_URI"]) as connection:
        channel = connection.channel()
        for queue in queues:
            while message := channel.basic_get(queue):
                found.append(str(message.body) + str(message.headers))
    return {"all": " ".join(found)} if len(found) >= 3 else None


def kept(site) -> Iterator[tuple[str, str]]:
    """Gives all that a college keeps, by where it is; the inbox of the people outside is theirs."""
    for log in Path(site.logs).iterdir():
        yield log.name, log.read_text(errors="replace")
    for file in (site.folder / "files").rglob("*"):
        if file.is_file():
            yield f"files/{file.name}", file.read_bytes().decode("latin-1")
    for component in site.components:
        if url := site.environment(component).get("DATABASE_URL"):
            yield from tables(component, make_url(url).set(drivername="postgresql").render_as_string(hide_password=False))


def tables(component: str, url: str) -> Iterator[tuple[str, str]]:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as rows:
        rows.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            " AND has_table_privilege(oid, 'SELECT')"
        )
        for (table,) in rows.fetchall():
            rows.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")  # noqa: S608 - named by the database
            yield f"{component}.{table}", rows.fetchone()[0] or ""
    connection.close()
