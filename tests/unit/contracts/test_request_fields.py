"""What people type into any request is read by the rule of its kind: texts by that of a named kind, dates by what they mean."""

from collections.abc import Iterator

import pytest

from services.common.kernel import clock
from services.common.kernel.contract import Call
from services.common.kernel.records import Period
from services.common.kernel.typed_text.fields import Code, ComingDay, Day, PastDay, Typed
from services.common.kernel.validation import fields, validate
from services.contracts.college_provider import loaded
from services.contracts.topology import SERVICES
from tests.support.places import ROOT

# What is in no request that a person fills in, or was judged before.
JUDGED_ELSEWHERE = {
    "applications.CompareFacts.date_of_birth": "was stated, and is compared with what is on file",
    "applications.GetForm.day": "any day: the form was and will be something then too",
    "identity.ListEnded.since": "asked by the gateway, for itself",
    "registry.ChangeStatus.effective_from": "past or to come: judged beside the day of the registration",
    "registry.PreviewStatus.effective_from": "the same",
}
# What has no kind of its own by field: other rules read it, or the library of passkeys.
FREE = {
    "applications.SavePage.values",
    "applications.MergePage.values",
    "identity.ConfirmPasskey.passkey",
    "identity.CompleteSignIn.passkey",
    "identity.StepUp.passkey",
}
Found = tuple[str, fields.Field, type]


def within(schema, path: str) -> Iterator[Found]:
    for name, field in schema.fields.items():
        yield from parts_of(field, f"{path}.{name}", type(schema))


def parts_of(field: fields.Field, path: str, schema: type) -> Iterator[Found]:
    if isinstance(field, fields.Nested):
        yield from within(field.schema, path)
    elif isinstance(field, fields.List):
        yield from parts_of(field.inner, path, schema)
    elif isinstance(field, fields.Dict) and field.value_field is not None:
        yield from parts_of(field.value_field, path, schema)
    else:
        yield path, field, schema


ASKED = [
    found
    for call in Call.all.values()
    if call.owner in SERVICES
    for found in within(call.Request.schema(), f"{call.owner}.{call.__name__}")
]


def test_every_text_of_a_request_is_of_a_kind_or_a_code_or_a_choice():
    bare = {
        path
        for path, field, _ in ASKED
        if isinstance(field, fields.String)
        and not isinstance(field, Typed | Code | fields.UUID)
        and not any(isinstance(one, validate.OneOf) for one in field.validators)
    }
    assert bare == set()
    assert sum(isinstance(field, Typed) for _, field, _ in ASKED) > 40


def test_what_is_of_no_kind_at_all_is_named_here():
    assert {path for path, field, _ in ASKED if type(field) in (fields.Raw, fields.Dict, fields.Field)} == FREE


def test_every_date_of_a_request_says_what_it_means():
    dates = {path: (field, schema) for path, field, schema in ASKED if isinstance(field, fields.Date | fields.DateTime)}
    unruled = {
        path
        for path, (field, schema) in dates.items()
        if not isinstance(field, PastDay | ComingDay)
        and not (issubclass(schema, Period.schema) and path.rpartition(".")[2] in ("since", "until"))
    }
    assert unruled == JUDGED_ELSEWHERE.keys()
    assert all(isinstance(field, Day | fields.AwareDateTime) for field, _ in dates.values())


@pytest.mark.parametrize(
    "asked",
    [
        field
        for page in loaded(str(ROOT / "deploy/colleges/crpo")).at(clock.now()).form.pages
        for field in page.fields
        if field.type == "date"
    ],
    ids=lambda asked: asked.code,
)
def test_every_date_of_the_form_says_what_it_means(asked):
    assert asked.not_after is not None
