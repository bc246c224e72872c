"""How a mail server's answers are understood, from a server that answers as it is told."""

from email.message import EmailMessage

import eventlet
import pytest

from services.correspondence.smtp import MailRefused, MailServer


@pytest.fixture
def server():
    """Starts servers that answer each command by its first four letters; gives what they heard."""
    started = []

    def start(**answers):
        listener, heard = eventlet.listen(("127.0.0.1", 0)), []

        def talk(connection, _address):
            lines = connection.makefile("rwb")
            _say(lines, "220 ready")
            in_data = False
            for line in lines:
                word = line.decode().strip()
                if in_data and word != ".":
                    continue
                command = "." if in_data else word[:4].upper()
                in_data = False
                heard.append(command)
                answer = answers.get({".": "TEXT"}.get(command, command)) or {"DATA": "354 go on"}.get(command, "250 fine")
                in_data = answer.startswith("354")
                _say(lines, answer)
                if answer.startswith("421"):
                    connection.close()
                    return

        started.append(eventlet.spawn(eventlet.serve, listener, talk))
        return MailServer("127.0.0.1", listener.getsockname()[1]), heard

    yield start
    for greenlet in started:
        greenlet.kill()


def test_several_mails_go_over_one_connection(server):
    mails, heard = server()
    for _ in range(3):
        send(mails)
    assert heard.count("EHLO") == 1
    assert heard.count("DATA") == 3
    mails.close()


@pytest.mark.parametrize(
    ("answers", "words", "permanent"),
    [
        ({"RCPT": "550 no such mailbox"}, "550 no such mailbox", True),
        ({"RCPT": "450 over quota"}, "450 over quota", False),
        ({"RCPT": "421 going down"}, "421 going down", False),
        ({"TEXT": "554 looks like spam"}, "554 looks like spam", True),
        ({"TEXT": "452 no room"}, "452 no room", False),
    ],
)
def test_a_refusal_of_the_mail_is_told_with_the_servers_words(server, answers, words, permanent):
    mails, _ = server(**answers)
    with pytest.raises(MailRefused) as refusal:
        send(mails)
    assert (refusal.value.words, refusal.value.permanent, refusal.value.server_wide) == (words, permanent, False)


@pytest.mark.parametrize("answers", [{"EHLO": "554 go away", "HELO": "554 go away"}, {"MAIL": "550 you may not send"}])
def test_a_server_that_refuses_us_is_not_the_recipients_doing(server, answers):
    mails, _ = server(**answers)
    with pytest.raises(MailRefused) as refusal:
        send(mails)
    assert (refusal.value.permanent, refusal.value.server_wide) == (False, True)


def test_a_server_that_is_not_there_is_told_as_such():
    listener = eventlet.listen(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    listener.close()
    with pytest.raises(MailRefused) as refusal:
        send(MailServer("127.0.0.1", port))
    assert refusal.value.server_wide


def test_an_address_beyond_ascii_needs_a_server_that_takes_such(server):
    mails, _ = server()
    with pytest.raises(MailRefused) as refusal:
        send(mails, "zoé@example.org")
    assert refusal.value.permanent


def send(mails, recipient="ann@example.org"):
    mail = EmailMessage()
    mail["Subject"], mail["To"] = "Hello", recipient
    mail.set_content("Hello")
    mails.send(mail, "registration@college.test", recipient)


def _say(lines, answer):
    lines.write(f"{answer}\r\n".encode())
    lines.flush()
