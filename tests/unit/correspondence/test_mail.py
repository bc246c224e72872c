"""The form of a mail, and of the text that is shown without its link."""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.parser import Parser
from email.policy import compat32, default
from uuid import UUID

import pytest

from services.correspondence.html_part import html_of
from services.correspondence.mail import Letter, mail_of
from services.correspondence.messages import LINK_MARK, MAILING, with_link, without_link

RULE = "\n" + "-" * 60 + "\n\n"


def letter(**changed):
    values = {
        "id": UUID("01890000-0000-7000-8000-000000000001"),
        "kind": "payment_receipt",
        "sending": 0,
        "language": "fr",
        "in_both": False,
        "sender": '"CRPO | OPAO" <registration@college.test>',
        "recipient": "zoé@example.org",
        "subject": "Décision concernant votre demande",
        "body": "Bonjour Zoé,\n\nÀ bientôt!\n",
        "correlation_id": "request-1",
        "written_at": datetime(2026, 11, 23, 15, tzinfo=UTC),
    }
    return Letter(**{**values, **changed})


def read(mail):
    return message_from_bytes(bytes(mail), policy=default)


def test_a_mail_has_the_headers_that_servers_and_people_go_by():
    mail = read(mail_of(letter(recipient="zoe@example.org")))
    assert mail["From"].addresses[0].display_name == "CRPO | OPAO"
    assert mail["From"].addresses[0].addr_spec == "registration@college.test"
    assert mail["To"] == "zoe@example.org"
    assert mail["Subject"] == "Décision concernant votre demande"
    assert mail["Date"].datetime == datetime(2026, 11, 23, 15, tzinfo=UTC)
    assert mail["Message-ID"] == "<01890000-0000-7000-8000-000000000001@college.test>"
    assert mail["Content-Language"] == "fr"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Correlation-ID"] == "request-1"
    assert mail.get_content_type() == "multipart/alternative"
    assert mail.get_body(("plain",)).get_content().splitlines() == ["Bonjour Zoé,", "", "À bientôt!"]
    assert "<p>Bonjour Zoé,</p>" in mail.get_body(("html",)).get_content()


def test_every_attempt_has_the_same_message_id_and_a_sending_that_staff_asked_for_its_own():
    assert mail_of(letter())["Message-ID"] == mail_of(letter())["Message-ID"]
    assert mail_of(letter(sending=2))["Message-ID"] == "<01890000-0000-7000-8000-000000000001.2@college.test>"


@pytest.mark.parametrize(
    "changed", [{"recipient": "a@example.org\nBcc: b@example.org"}, {"subject": "Hello\r\nBcc: b@example.org"}]
)
def test_no_address_and_no_subject_can_add_a_header(changed):
    with pytest.raises(ValueError):
        mail_of(letter(**changed))


ENCODED = (
    "=?utf-8?q?x=0D=0ABcc=3A_y=40other.example=0D=0A=0D=0AHi?=",
    "=?utf-8?b?eA0KQmNjOiB5DQoNCkhp?= invites you",
    "Zoé =?iso-8859-1?q?a=0ABcc:_b?=",
    "=?utf-8?q?a?= =?utf-8?q?b?=",
    "a =? b",
)


@pytest.mark.parametrize("typed", ENCODED)
def test_what_was_typed_into_a_subject_is_never_read_as_an_encoded_word(typed):
    raw = bytes(mail_of(letter(recipient="a@example.org", subject=typed)))
    head = raw.partition(b"\r\n\r\n")[0]
    assert not re.search(rb"(?mi)^bcc", head)
    assert b"\nHi" not in head
    # Old and new readers alike find in it what was typed, once and not twice decoded.
    assert str(make_header(decode_header(Parser(policy=compat32).parsestr(raw.decode("ascii"))["Subject"]))) == typed
    assert read(mail_of(letter(subject=typed, recipient="a@example.org")))["Subject"] == typed


@pytest.mark.parametrize(
    "typed", ["=?utf-8?q?d=2C_e=40other.example=2C?=@people.example", "=?utf-8?b?ZEBlLmV4YW1wbGU=?=@people.example"]
)
def test_an_address_is_written_as_it_was_typed_whatever_it_looks_like(typed):
    raw = bytes(mail_of(letter(recipient=typed)))
    assert b"\r\nTo: " + typed.encode() + b"\r\n" in raw


def test_a_long_subject_in_french_is_folded_and_is_whole_when_read():
    subject = "Décision concernant votre demande d’inscription à l’Ordre, présentée au nom de " + "Émilie " * 20 + "Côté"
    raw = bytes(mail_of(letter(recipient="a@example.org", subject=subject)))
    assert max(len(line) for line in raw.partition(b"\r\n\r\n")[0].split(b"\r\n")) <= 78
    assert read(mail_of(letter(recipient="a@example.org", subject=subject)))["Subject"] == subject


def test_the_link_is_in_the_mail_only():
    body = f"Open {LINK_MARK} now"
    mail = mail_of(letter(body=body), "https://college.test/a?t=1&u=2")
    assert "Open https://college.test/a?t=1&u=2 now" in read(mail).get_body(("plain",)).get_content()
    assert 'href="https://college.test/a?t=1&amp;u=2"' in read(mail).get_body(("html",)).get_content()
    assert without_link(body, "en").startswith("Open (This link was in the email only.")
    assert with_link(body, "x") == "Open x now"


def test_a_mailing_says_in_its_headers_how_to_leave_the_list_and_no_other_mail_does():
    link = "https://college.test/mailing-list/unsubscribe?token=" + "x" * 43
    mail = bytes(mail_of(letter(kind=MAILING, body=f"News.\n\n{LINK_MARK}"), link))
    assert f"\r\nList-Unsubscribe: <{link}>\r\n".encode() in mail
    assert b"\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" in mail
    assert b"List-Unsubscribe" not in bytes(mail_of(letter(body=f"Open {LINK_MARK}"), link))


def test_a_text_in_both_languages_says_each_without_its_link_and_marks_it_for_screen_readers():
    body = f"Bonjour {LINK_MARK}\n{RULE}Hello {LINK_MARK}\n"
    french, english = without_link(body, "fr").split(RULE)
    assert "Ce lien" in french
    assert "This link" in english
    html = html_of("S", body, "fr", in_both=True)
    assert html.index('<div lang="fr">') < html.index("Bonjour") < html.index('<div lang="en">') < html.index("Hello")
    assert "-----" not in html


def test_the_html_has_paragraphs_lists_and_links_and_escapes_the_rest():
    body = "One\ntwo <b>\n\n- first\n\n- second\nits end\n\nhttp://127.0.0.1:8000/fees/INV-1\n\nregistration@crpo.ca"
    html = html_of("A < B", body, "en", in_both=False)
    assert '<html lang="en">' in html
    assert "<title>A &lt; B</title>" in html
    assert "<p>One<br>two &lt;b&gt;</p>" in html
    assert html.count("<ul>") == 1
    assert "<li>first</li>\n<li>second its end</li>" in html
    assert '<a href="http://127.0.0.1:8000/fees/INV-1" rel="noopener">' in html
    assert '<a href="mailto:registration@crpo.ca">' in html
