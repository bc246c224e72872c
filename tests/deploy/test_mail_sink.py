"""The mail sink as its users meet it: real SMTP in, a readable inbox out, across restarts."""

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path

import pytest
import requests

from tests.support.waiting import PATIENCE_S, until

ROOT = Path(__file__).parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Sink:
    """The process under test, which can be stopped and started again on the same folder."""

    def __init__(self, folder):
        self.folder, self.smtp_port, self.inbox_port = folder, free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.inbox_port}"
        self.log_path = folder / "stdout.log"
        self.start()

    def start(self):
        environment = os.environ | {
            "SMTP_PORT": str(self.smtp_port),
            "MAIL_INBOX_PORT": str(self.inbox_port),
            "MAIL_INBOX_DATA": str(self.folder / "mails"),
        }
        with self.log_path.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "deploy.stand_ins.mail_sink"], cwd=ROOT, env=environment, stdout=log
            )
        until(self._ready, "the mail server")

    def _ready(self):
        assert self.process.poll() is None, self.log_path.read_text()
        try:
            return requests.get(f"{self.base}/readyz", timeout=PATIENCE_S).ok
        except requests.ConnectionError:
            return False

    def send(self, *mails, to=None):
        with smtplib.SMTP("127.0.0.1", self.smtp_port, timeout=PATIENCE_S) as client:
            for mail in mails:
                client.send_message(mail, to_addrs=to)

    def page(self, path="/", **query):
        return requests.get(f"{self.base}{path}", params=query, headers={"Accept-Language": "en"}, timeout=PATIENCE_S)

    def mails(self, **query):
        answer = requests.get(f"{self.base}/api/mails", params=query, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text
        return answer.json()


def mail(to="ann@example.org", subject="Your invoice", text="Pay here: http://college.test/pay/1", **headers):
    message = EmailMessage()
    message["From"] = "College <no-reply@college.test>"
    message["To"] = to
    message["Subject"] = subject
    message["Message-ID"] = "<1@college.test>"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content(text)
    return message


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    sink = Sink(tmp_path_factory.mktemp("sink"))
    yield sink
    sink.process.kill()
    sink.process.wait()


@pytest.fixture(autouse=True)
def _empty_inbox(sink):
    assert requests.delete(f"{sink.base}/api/mails", timeout=PATIENCE_S).status_code == 204


def test_a_mail_is_shown_with_its_headers_parts_and_attachments(sink):
    sent = mail(subject="Reçu nº 5 – été", X_Correlation_ID="walk-7")
    sent.add_alternative("<p>Pay <b>here</b></p><script>alert(1)</script>", subtype="html")
    sent.add_attachment(b"%PDF-1.7 \x00\xff", maintype="application", subtype="pdf", filename="reçu.pdf")
    sink.send(sent)

    (shown,) = sink.mails()

    assert shown["from"] == "no-reply@college.test"
    assert shown["to"] == ["ann@example.org"]
    assert shown["subject"] == "Reçu nº 5 – été"
    assert shown["message_id"] == "<1@college.test>"
    assert shown["headers"]["x-correlation-id"] == "walk-7"
    assert shown["text"].strip() == "Pay here: http://college.test/pay/1"
    assert "<b>here</b>" in shown["html"]
    assert shown["attachments"] == [{"name": "reçu.pdf", "size": 11}]
    assert abs((datetime.now(UTC) - datetime.fromisoformat(shown["received_at"])).total_seconds()) < 10
    page = sink.page(f"/mails/{shown['id']}").text
    assert '<a href="http://college.test/pay/1"' in page
    assert "srcdoc=" in page
    assert "<script" not in page
    assert "walk-7" in page
    file = sink.page(f"/mails/{shown['id']}/attachments/1")
    assert file.content == b"%PDF-1.7 \x00\xff"
    assert file.headers["Content-Disposition"].startswith("attachment")
    raw = sink.page(f"/api/mails/{shown['id']}.eml").content
    assert raw.startswith(b"From: College")
    assert b"X-Sink-" not in raw


def test_a_restart_shows_the_same_mails(sink):
    sink.send(mail(subject="one"), mail("Bob@Example.org", subject="two"))
    before = sink.mails()
    sink.process.kill()
    sink.process.wait()
    sink.start()
    assert sink.mails() == before
    assert [shown["subject"] for shown in sink.mails(to="bob@example.org")] == ["two"]


def test_mails_are_found_by_recipient_subject_time_and_limit(sink):
    sink.send(mail("ann@example.org", "first"), mail("joann@example.org", "second"))
    later = datetime.now(UTC).isoformat()
    sink.send(mail("ann@example.org, bob@example.org", "Third"))

    def subjects(**query):
        return [shown["subject"] for shown in sink.mails(**query)]

    assert subjects() == ["Third", "second", "first"]
    assert subjects(to="ANN@example.org") == ["Third", "first"]
    assert subjects(to="ann@") == ["Third", "second", "first"]
    assert subjects(to="example.org", subject="third") == ["Third"]
    assert subjects(since=later) == ["Third"]
    assert subjects(limit=1) == ["Third"]
    assert subjects(to="nobody@example.org") == []
    for wrong in ({"since": "yesterday"}, {"limit": "0"}):
        assert requests.get(f"{sink.base}/api/mails", params=wrong, timeout=PATIENCE_S).status_code == 422


def test_the_envelopes_recipients_count_not_the_headers(sink):
    sink.send(mail(to="list@example.org"), to=["hidden@example.org"])
    assert sink.mails(to="hidden@example.org")[0]["to"] == ["hidden@example.org"]
    assert sink.mails(to="list@example.org") == []


def test_international_addresses_and_eight_bit_bodies_arrive_whole(sink):
    with smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=PATIENCE_S) as client:
        client.ehlo()
        assert client.has_extn("smtputf8")
        assert client.has_extn("8bitmime")
        body = "To: zoé@exemple.test\r\nSubject: Été\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nÀ bientôt\r\n"
        client.sendmail("a@b.test", ["zoé@exemple.test"], body.encode(), mail_options=["SMTPUTF8", "BODY=8BITMIME"])
    (shown,) = sink.mails(to="zoé@exemple.test")
    assert (shown["subject"], shown["text"].strip()) == ("Été", "À bientôt")


def test_a_bounce_recipient_is_refused_for_good_and_a_busy_one_twice(sink):
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        sink.send(mail("bounce.now@example.org"))
    assert refused.value.recipients["bounce.now@example.org"][0] == 550
    for _ in range(2):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
            sink.send(mail("busy-1@example.org"))
        assert refused.value.recipients["busy-1@example.org"][0] == 451
    sink.send(mail("busy-1@example.org"))
    assert [shown["to"] for shown in sink.mails()] == [["busy-1@example.org"]]


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"no header at all\r\n",
        b"Subject: =?utf-8?b?////?=\r\nMessage-ID: <[\r\nFrom: <<>>@\r\n\r\n\xff\xfe",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=none\r\n\r\nhi\r\n",
        b"Content-Type: multipart/related\r\n\r\nno parts\r\n",
        b"Content-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nSubject: inner\r\n\r\nx",
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain\r\n"
        b"Content-Transfer-Encoding: base64\r\n\r\n!!!\r\n--x\r\nContent-Type: message/rfc822\r\n\r\nSubject: i\r\n\r\n",
    ],
)
def test_a_broken_mail_is_kept_and_shown_all_the_same(sink, broken):
    with smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=PATIENCE_S) as client:
        client.sendmail("a@b.test", ["ann@example.org"], broken)
    (shown,) = sink.mails()
    assert sink.page(f"/mails/{shown['id']}").status_code == 200


def test_the_list_is_paged_searched_and_says_when_it_is_empty(sink):
    assert "No mail has arrived yet" in sink.page().text
    assert "Aucun courriel" in sink.page(lang="fr").text
    sink.send(*(mail(f"p{number}@example.org", f"Mail <{number}>") for number in range(60)))
    first = sink.page().text
    assert "Mail &lt;59&gt;" in first
    assert "Mail &lt;5&gt;" not in first
    assert "1 / 2" in first
    assert "Mail &lt;5&gt;" in sink.page(page=2).text
    found = sink.page(to="p7@example.org").text
    assert "Mail &lt;7&gt;" in found
    assert "Mail &lt;8&gt;" not in found
    assert "No mail was sent to this recipient" in sink.page(to="nobody").text


def test_what_is_not_there_is_answered_404(sink):
    assert sink.page("/mails/none").status_code == 404
    assert sink.page("/api/mails/none.eml").status_code == 404
    sink.send(mail())
    assert sink.page(f"/mails/{sink.mails()[0]['id']}/attachments/1").status_code == 404


def test_sigterm_stops_even_with_an_open_connection(sink):
    with smtplib.SMTP("127.0.0.1", sink.smtp_port, timeout=PATIENCE_S) as client:
        client.ehlo()
        sink.process.send_signal(signal.SIGTERM)
        assert sink.process.wait(timeout=PATIENCE_S) == 0
    lines = [json.loads(line) for line in sink.log_path.read_text().splitlines()]
    assert all(line["event"] and line["at"] for line in lines)
    sink.start()
