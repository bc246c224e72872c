"""A stock nameko client is refused by the broker; with what `docs/nameko-client.md` adds to it, it calls as staff's tools do."""

import amqp
import pytest
from nameko.exceptions import RemoteError, RpcTimeout
from nameko.standalone.rpc import ClusterRpcProxy

from services.common.runtime.launch import service_class
from tests.support.actors.identity_people import EMAIL, PASSWORD, WRONG, add_person
from tests.support.guides import examples

CLIENT, USE = examples("nameko-client.md", "python")


@pytest.fixture
def guide():
    """What the guide's client defines."""
    names: dict = {}
    exec(CLIENT, names)  # noqa: S102 - the page is ours
    return names


@pytest.fixture
def people(live):
    """A college's broker with identity on it, and somebody who has an account."""
    live.start(service_class("services.identity.service"), "identity")
    add_person(live.system)
    return live


def test_a_stock_client_is_refused_before_it_can_ask_anything(live):
    with (
        pytest.raises(amqp.exceptions.AccessRefused, match=r"Exchange\.declare"),
        ClusterRpcProxy({"AMQP_URI": live.uri("staff")}),
    ):
        pass


def test_the_client_of_the_guide_signs_somebody_in_and_asks_in_their_name(people, guide, capsys):
    exec(USE, {**guide, "ADDRESS": people.uri("staff"), "EMAIL": EMAIL, "PASSWORD": PASSWORD})  # noqa: S102
    assert capsys.readouterr().out == "['applicant']\n"


def test_it_is_told_errors_by_their_name_code_and_words_in_its_language(people, guide):
    with guide["College"](people.uri("staff"), {"x-language": "fr"}) as college:
        with pytest.raises(RemoteError) as refused:
            college.identity.sign_in(login=EMAIL, password=WRONG)
        assert refused.value.exc_type == "SignInRefused"
        assert refused.value.value.startswith("sign_in_refused: ")
        with pytest.raises(RemoteError) as refused:  # the link goes on
            college.identity.get_me()
        assert refused.value.exc_type == "Unauthenticated"


def test_a_call_that_is_not_for_staff_is_refused_by_the_broker(people, guide):
    with pytest.raises(amqp.exceptions.AccessRefused), guide["College"](people.uri("staff")) as college:
        college.identity.open_account(email="x@example.org", password=PASSWORD)


def test_an_answer_of_anybody_but_the_service_asked_is_passed_over(people, guide):
    with guide["College"](people.uri("staff"), within_s=1) as college:
        college._reply_listener.answerers = Elsewhere()
        with pytest.raises(RpcTimeout):
            college.identity.sign_in(login=EMAIL, password=PASSWORD)


class Elsewhere(dict):
    """Expects every answer from another service."""

    def __setitem__(self, key, value):
        super().__setitem__(key, value.replace("identity", "billing"))
