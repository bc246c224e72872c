"""Pages that are data: their fields are those of their calls, and each page that they lead to has its name."""

import pytest

from gateway.portal.account_recovery import LINKED, RECOVERY
from gateway.portal.kit.form_page import LINKS, Field, FormPage, Words
from gateway.portal.kit.forms import Form
from gateway.portal.public.mailing_list import CONFIRM
from services.contracts.identity.support import RequestAccess

PAGES = (*RECOVERY, *LINKED, CONFIRM)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_a_page_asks_for_what_its_call_takes_and_says_what_is_optional(page):
    taken = page.contract.Request.schema().fields
    for field in page.fields:
        part, _, name = field.name.rpartition(".")
        fields = taken[part].schema.fields if part else taken
        assert name in fields and fields[name].required != field.label.endswith("(optional)")
    assert {"token"} & taken.keys() == ({"token"} if page.linked else set())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path)
def test_every_page_that_a_page_leads_to_has_a_name(page):
    assert {*page.see, *page.next, *([page.renewal] if page.linked else [])} <= LINKS.keys()
    assert page.tells.keys() <= page.contract.Reply.schema().fields.keys()


def test_what_is_empty_is_left_out_but_a_part_of_a_request_is_always_there():
    fields = (Field("contact_email", "Address"), Field("stated.phone", "Phone"), Field("word", "Word", "password"))
    page = FormPage("/x", RequestAccess, "mail", Words("", "", "", "", ""), fields)
    typed = Form({}, {"contact_email": [" a@b.ca "], "word": [" x "], "else": ["?"]})
    assert page._values(typed, "fr") == {"contact_email": "a@b.ca", "word": " x ", "stated": {}, "language": "fr"}
    assert page._values(Form({}, {"stated.phone": ["1\r\n2"]}), "en")["stated"] == {"phone": "1\n2"}
