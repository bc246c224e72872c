"""Lines to the engines and to the outside are encrypted, and the other end is who it says: what is refused else, and how it is asked for.

Certificates are checked against the machine's authorities, or those of the file that SSL_CERT_FILE names (OpenSSL's own variable).
"""

import ipaddress
import ssl
from collections.abc import Mapping
from urllib.parse import parse_qs, unquote, urlsplit

from kombu import Connection

from services.common.security.wire import read_whatever_comes

VARIABLE = "PLAINTEXT_HOSTS"
# `require` encrypts, but for whoever answers.
_CHECKED_SSLMODES = frozenset({"verify-full", "verify-ca"})
_IMPLICIT_TLS_PORT = 465
_NOBODY = "guest"  # whom the library signs in as when an address names nobody

read_whatever_comes()


class PlaintextRefused(RuntimeError):
    """An address leads over a network without encryption, and the operator has not said that this is meant."""


def plaintext_hosts(environment: Mapping[str, str]) -> frozenset[str]:
    """Gives the hosts that may be reached without TLS: those that PLAINTEXT_HOSTS names, separated by commas."""
    return frozenset(host.strip().lower() for host in environment.get(VARIABLE, "").split(",") if host.strip())


def may_be_plain(host: str | None, hosts: frozenset[str]) -> bool:
    """Whether nobody can listen in between: the host is this machine, or one that the operator names. Pure."""
    if not host or host.startswith("/"):  # a socket in the file system
        return True
    host = host.lower()
    if host in hosts or host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_broker(uri: str, hosts: frozenset[str]) -> None:
    """Raises PlaintextRefused for an AMQP address that is neither amqps:// nor may be plain."""
    url = urlsplit(uri)
    if url.scheme != "amqps" and not may_be_plain(url.hostname, hosts):
        raise _refused("AMQP_URI", url.hostname, "begin it with amqps://")


def check_database(address: str, hosts: frozenset[str]) -> None:
    """Raises PlaintextRefused for a database's address that neither asks for a checked certificate nor may be plain."""
    url = urlsplit(address)
    mode = parse_qs(url.query).get("sslmode", [""])[-1]
    if mode not in _CHECKED_SSLMODES and not may_be_plain(url.hostname, hosts):
        raise _refused(
            "DATABASE_URL", url.hostname, "end it with ?sslmode=verify-full&sslrootcert=system, or the file of the authority"
        )


def check_http(name: str, address: str, hosts: frozenset[str]) -> None:
    """Raises PlaintextRefused for an address of the web that is neither https:// nor may be plain."""
    url = urlsplit(address)
    if url.scheme != "https" and not may_be_plain(url.hostname, hosts):
        raise _refused(name, url.hostname, "begin it with https://")


def mail_tls(host: str, port: int, hosts: frozenset[str]) -> str:
    """How mail is handed over: `implicit` at port 465, `starttls` elsewhere, `none` to a host that may be plain. Pure."""
    if port == _IMPLICIT_TLS_PORT:
        return "implicit"
    return "none" if may_be_plain(host, hosts) else "starttls"


def client_context() -> ssl.SSLContext:
    """Makes the context of a client: TLS 1.2 or newer, certificate and name checked."""
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def broker_user(uri: str) -> str:
    """Gives the user that an AMQP address signs in as. Pure."""
    return unquote(urlsplit(uri).username or _NOBODY)


def broker_connection(uri: str, heartbeat_s: int, timeout_s: float) -> Connection:
    """Prepares a connection to the broker; for amqps:// one that checks certificate and name, which the library leaves out."""
    url = urlsplit(uri)
    checked = {
        "cert_reqs": ssl.CERT_REQUIRED,
        "server_hostname": url.hostname,
        "tls_minimum_version": ssl.TLSVersion.TLSv1_2,
    }
    tls = checked if url.scheme == "amqps" else False
    return Connection(uri, heartbeat=heartbeat_s, connect_timeout=timeout_s, ssl=tls)


def _refused(name: str, host: str | None, way: str) -> PlaintextRefused:
    return PlaintextRefused(
        f"{name} leads to {host} without checked TLS: {way}; or name {host} in {VARIABLE} if nobody can listen there"
    )
