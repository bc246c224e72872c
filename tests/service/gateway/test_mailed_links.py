"""A mail's link leads to the page that works: gateway, identity, correspondence and the mail server, with nothing stood in for."""

import re
from urllib.parse import urlsplit

import pytest
import requests

from tests.support.actors.correspondence_desk import Sink
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page

EMAIL = "zoe@people.example.org"
SENTENCE = "a sentence that nobody guesses"
OTHER_SENTENCE = "another sentence that nobody guesses"


@pytest.fixture
def sink(tmp_path):
    sink = Sink(tmp_path)
    yield sink
    sink.stop()


@pytest.fixture
def base(system, sink):
    system.start("identity")
    system.start("correspondence", **sink.environment)
    return start_gateway(system)


OURS = {"Sec-Fetch-Site": "same-origin"}


def renderer(base, mail, language="en", **filled):
    """Opens the link of a mail, and sends the form that it leads to."""
    parts = urlsplit(re.search(r"http://college\.test/\S+\?token=\S+", mail["text"]).group())
    headers = OURS | {"Accept-Language": language}
    for _ in range(2):  # a scanner looks first
        shown = read_page(requests.get(f"{base}{parts.path}?{parts.query}", headers=headers), language)
    return requests.post(f"{base}{shown.all('form')[0]['action']}", data={**shown.form(), **filled}, headers=headers)


def ask(base, path, **given):
    """Fills in the form of a page and sends it."""
    headers = OURS | {"Accept-Language": "fr"}
    form = read_page(requests.get(f"{base}{path}", headers=headers), "fr")
    answer = requests.post(f"{base}{form.all('form')[0]['action']}", data={**form.form(), **given}, headers=headers)
    assert answer.status_code == 200
    return read_page(answer, "fr").text


def mail_about(sink, address, subject):
    """Waits for a mail with such a subject; others may come before it."""
    for count in range(1, 10):
        for mail in sink.mails_to(address, count):
            if subject in mail["subject"]:
                return mail
    raise AssertionError(f"{address} got no mail about {subject}")


def active(base, sink, email=EMAIL):
    """Opens and activates an account by its mail; gives the ID."""
    requests.post(f"{base}/api/v1/applications/start", json={"email": email, "password": SENTENCE, "language": "fr"})
    page = renderer(base, mail_about(sink, email, "Account Activation")).text
    return re.search(r"A-\d+-\w", page).group()


def sign_in(base, login=EMAIL, password=SENTENCE):
    return requests.post(f"{base}/api/v1/sessions", json={"login": login, "password": password})


def test_a_forgotten_password_is_replaced_by_the_mailed_link_once(base, sink):
    active(base, sink)
    told = ask(base, "/forgotten-password", email=EMAIL)
    assert told == ask(base, "/forgotten-password", email="nobody@people.example.org")
    mail = mail_about(sink, EMAIL, "nouveau mot de passe")
    assert renderer(base, mail, password="password").status_code == 422
    assert renderer(base, mail, "fr", password=OTHER_SENTENCE).url.startswith(f"{base}/reset-password/done")
    assert (sign_in(base).status_code, sign_in(base, password=OTHER_SENTENCE).status_code) == (401, 201)
    over = renderer(base, mail, "fr", password=SENTENCE)
    assert over.status_code == 410 and 'href="/forgotten-password"' in over.text
    assert mail_about(sink, EMAIL, "votre mot de passe a été modifié")
    assert sink.mails_to("nobody@people.example.org", 0) == []


def test_a_forgotten_id_is_mailed(base, sink):
    application_id = active(base, sink)
    ask(base, "/forgotten-id", email=EMAIL)
    assert application_id in mail_about(sink, EMAIL, "Votre identifiant de demande")["text"]


def test_the_waiting_after_failed_tries_ends_with_the_mailed_link(base, sink):
    active(base, sink)
    for _ in range(6):
        refused = sign_in(base, password="wrong")
    assert refused.status_code == 429
    ask(base, "/unlock-help", login=EMAIL)
    assert renderer(base, mail_about(sink, EMAIL, "sans attendre")).url.startswith(f"{base}/unlock/done")
    assert sign_in(base).status_code == 201


def test_an_activation_link_asked_for_again_is_the_same_and_pressed_again_says_that_the_account_is_active(base, sink):
    requests.post(f"{base}/api/v1/applications/start", json={"email": EMAIL, "password": SENTENCE})
    first = mail_about(sink, EMAIL, "Account Activation")
    ask(base, "/activation-mail", email=EMAIL)
    newer = sink.mails_to(EMAIL, 2)[1]
    pages = [renderer(base, mail) for mail in (first, newer, first)]
    assert [page.status_code for page in pages] == [200] * 3 and all("Your account is active" in page.text for page in pages)
    assert 'href="/portal"' in pages[2].text and sign_in(base).status_code == 201


def test_a_new_address_is_confirmed_by_the_link_mailed_to_it_and_the_old_one_is_told(system, base, sink):
    active(base, sink)
    new_email = "zoe.new@people.example.org"
    token = {"Authorization": f"Bearer {sign_in(base).json()['access_token']}"}
    assert requests.post(f"{base}/api/v1/me/email", json={"email": new_email}, headers=token).status_code == 202
    mail = mail_about(sink, new_email, "confirmez cette adresse")
    notice = mail_about(sink, EMAIL, "une nouvelle adresse courriel a été demandée")
    assert "token=" not in notice["text"]
    assert new_email in renderer(base, mail, "fr").text
    assert mail_about(sink, EMAIL, "n’est plus liée à un compte")
    assert (sign_in(base, EMAIL).status_code, sign_in(base, new_email).status_code) == (401, 201)
    assert renderer(base, mail).status_code == 410
