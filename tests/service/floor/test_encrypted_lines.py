"""Lines to the broker, the mail server and the database over TLS: the certificate is checked, and so is the name in it."""

import ssl
from email.message import EmailMessage
from urllib.parse import urlsplit

import eventlet
import pytest
from eventlet.green import socket
from sqlalchemy.exc import OperationalError

from services.common.bus.rpc_client import RpcClient
from services.common.kernel.errors import Unavailable
from services.common.persistence.engine import Database
from services.correspondence.smtp import MailRefused, MailServer
from tests.support.contracts import tiny
from tests.support.samples.certificates import Certificates
from tests.support.tiny import TinyService


@pytest.fixture(scope="module")
def certificates(tmp_path_factory):
    return Certificates(tmp_path_factory.mktemp("certificates"))


@pytest.fixture
def trusted(certificates, monkeypatch):
    """The authority of the tests counts as one of this machine's."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificates.authority))


@pytest.fixture
def server_context(certificates):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.certificate, certificates.key)
    return context


# ---- the broker ------------------------------------------------------------------------------------------------------


@pytest.fixture
def encrypted(system, server_context):
    """The house's broker behind TLS: gives its address with a host name."""
    plain = urlsplit(system.amqp_uri)
    listener = eventlet.listen(("127.0.0.1", 0))

    def pump(source, target):
        while data := source.recv(65_536):
            target.sendall(data)
        target.shutdown(socket.SHUT_RDWR)

    def serve(connection, _address):
        try:
            inside, line = (
                socket.create_connection((plain.hostname, plain.port)),
                server_context.wrap_socket(connection, server_side=True),
            )
            eventlet.spawn_n(pump, inside, line)
            pump(line, inside)
        except OSError:
            connection.close()  # a client that does not trust us

    serving = eventlet.spawn(eventlet.serve, listener, serve)
    port = listener.getsockname()[1]
    yield lambda host: f"amqps://{plain.username}:{plain.password}@{host}:{port}{plain.path}"
    serving.kill()


def asked(system, uri):
    """What the tiny service answers over this line."""
    client = RpcClient(uri, "test").start()
    try:
        return client.call(tiny.Echo, system.anonymous, text="over TLS", _deadline_s=3).text
    finally:
        client.stop()


def test_calls_go_to_the_broker_over_tls(system, encrypted, trusted):
    system.start_class(TinyService, "tiny")
    assert asked(system, encrypted("localhost")) == "over TLS"


def test_a_broker_whom_no_authority_vouches_for_is_not_spoken_to(system, encrypted):
    with pytest.raises(Unavailable):
        asked(system, encrypted("localhost"))


def test_a_broker_with_a_certificate_of_another_name_is_not_spoken_to(system, encrypted, trusted):
    with pytest.raises(Unavailable):
        asked(system, encrypted("127.0.0.1"))


# ---- the mail server -------------------------------------------------------------------------------------------------


@pytest.fixture
def post(server_context):
    """Starts mail servers: gives the port of one, and what it was told, each line with whether it came encrypted."""
    started = []

    def start(offers="STARTTLS"):
        listener, heard = eventlet.listen(("127.0.0.1", 0)), []

        def talk(connection, _address):
            encrypted, in_data, lines = False, False, connection.makefile("rb")
            connection.sendall(b"220 ready\r\n")
            while line := lines.readline().decode().strip():
                if in_data and line != ".":
                    continue
                heard.append((line.split()[0].upper(), encrypted))
                in_data = line == "DATA"
                answers = {"EHLO": f"250-here\r\n250-AUTH PLAIN\r\n250 {offers}", "STARTTLS": "220 go on", "DATA": "354 go on"}
                answer = (answers | {"AUTH": "235 known"}).get(line.split()[0].upper(), "250 fine")
                connection.sendall(f"{answer}\r\n".encode())
                if line.upper() == "STARTTLS":
                    connection = server_context.wrap_socket(connection, server_side=True)
                    encrypted, lines = True, connection.makefile("rb")

        def serve(connection, address):
            try:
                talk(connection, address)
            except OSError:
                connection.close()  # a client that does not trust us

        started.append(eventlet.spawn(eventlet.serve, listener, serve))
        return listener.getsockname()[1], heard

    yield start
    for serving in started:
        serving.kill()


def send(server):
    mail = EmailMessage()
    mail["Subject"] = "Your application"
    mail.set_content("It was received.")
    server.send(mail, "college@example.org", "ann@example.org")
    server.close()


def test_a_mail_and_our_password_leave_over_tls(post, trusted):
    port, heard = post()
    send(MailServer("localhost", port, "starttls", ("college", "only-for-tests")))
    came_encrypted = dict(heard)
    assert came_encrypted["AUTH"] and came_encrypted["DATA"] and came_encrypted["MAIL"]


def test_no_mail_is_handed_to_a_server_whom_no_authority_vouches_for(post):
    port, heard = post()
    with pytest.raises(MailRefused) as refused:
        send(MailServer("localhost", port, "starttls"))
    assert (refused.value.permanent, refused.value.server_wide) == (False, True)
    assert "DATA" not in [command for command, _ in heard]


def test_a_server_that_offers_no_tls_gets_no_mail_and_the_mail_waits(post, trusted):
    port, heard = post(offers="8BITMIME")
    with pytest.raises(MailRefused) as refused:
        send(MailServer("localhost", port, "starttls"))
    assert (refused.value.permanent, refused.value.server_wide) == (False, True)
    assert {command for command, _ in heard} <= {"EHLO", "QUIT"}


# ---- the database ----------------------------------------------------------------------------------------------------


def test_a_database_that_shows_no_certificate_is_not_spoken_to(system):
    address = system.service_url("qa")
    database = Database(f"{address}?sslmode=verify-full&sslrootcert=system")
    with pytest.raises(OperationalError, match="SSL"), database.reading() as session:
        session.connection()
    database.close()
