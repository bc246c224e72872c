"""A name that had no address a moment ago is asked for again: what a network says once is not kept."""

import socket

import eventlet
import pytest
from eventlet.support import greendns

from services.common.bus import host_names
from services.common.runtime import launch


class NameServer:
    """Answers each question for a name's addresses with those it has now."""

    def __init__(self):
        self.address = None
        self._socket = eventlet.green.socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._greenlet = eventlet.spawn(self._serve)

    def _serve(self):
        dns = greendns.dns
        while True:
            packet, sender = self._socket.recvfrom(4096)
            question = dns.message.from_wire(packet)
            answer, asked = dns.message.make_response(question), question.question[0]
            if self.address and asked.rdtype == dns.rdatatype.A:
                answer.answer.append(dns.rrset.from_text(asked.name, 600, "IN", "A", self.address))
            self._socket.sendto(answer.to_wire(), sender)

    def close(self):
        self._greenlet.kill()
        self._socket.close()


@pytest.fixture
def names():
    server = NameServer()
    yield server
    server.close()


def resolver(names):
    proxy = greendns.ResolverProxy()
    host_names.keep_none(proxy)
    proxy._resolver.nameservers, proxy._resolver.port = ["127.0.0.1"], names.port
    return proxy


def test_a_name_is_found_as_soon_as_it_has_an_address_and_at_the_next_one_when_that_changes(names):
    asking = resolver(names)
    with pytest.raises(greendns.dns.resolver.NXDOMAIN):
        asking.query("broker.college.test")
    names.address = "10.0.0.1"
    assert [str(found) for found in asking.query("broker.college.test")] == ["10.0.0.1"]
    names.address = "10.0.0.2"
    assert [str(found) for found in asking.query("broker.college.test")] == ["10.0.0.2"]


def test_a_component_that_is_launched_looks_names_up_anew():
    assert launch.host_names is host_names and greendns.resolver._resolver.cache is None
