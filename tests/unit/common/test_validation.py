"""What a schema says is wrong with a value: a code that has words, and of two bounds the one that was passed."""

import marshmallow
import pytest

from services.common.kernel import fields as our_fields
from services.common.kernel import validators as our_validators
from services.common.kernel.validation import WORDS, Schema, ValidationError, fields, validate


class Bounded(Schema):
    text = fields.String(validate=validate.Length(min=2, max=4))
    number = fields.Integer(validate=validate.Range(1, 9))


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": ""}, "too_short 2"),
        ({"text": "fivey"}, "too_long 4"),
        ({"number": 0}, "too_small 1"),
        ({"number": 10}, "too_large 9"),
    ],
)
def test_of_two_bounds_the_one_that_was_passed_is_named(given, code):
    with pytest.raises(ValidationError) as refused:
        Bounded().load(given)
    assert refused.value.messages == {next(iter(given)): [code]}


OURS = [kind for kind in vars(our_fields).values() if isinstance(kind, type) and kind.__module__ == our_fields.__name__]


@pytest.mark.parametrize("kind", OURS, ids=lambda kind: kind.__name__)
def test_whatever_a_field_says_is_a_code_with_words(kind):
    arguments = {"List": [fields.String()], "Nested": [Bounded]}.get(kind.__name__, [])
    assert set(kind(*arguments).error_messages.values()) <= set(WORDS)


def test_only_true_and_false_are_taken_for_true_or_false():
    for given in (0, 1, "off", "true", "no"):
        with pytest.raises(ValidationError):
            fields.Boolean().deserialize(given)
    assert fields.Boolean().deserialize(False) is False


def test_fields_and_validators_of_the_library_itself_speak_as_it_made_them():
    class Foreign(marshmallow.Schema):
        text = marshmallow.fields.String(required=True, validate=marshmallow.validate.Length(1, 2))
        agreed = marshmallow.fields.Boolean()

    assert Foreign().load({"text": "a", "agreed": "off"})["agreed"] is False
    assert Foreign().validate({}) == {"text": ["Missing data for required field."]}
    assert Foreign().validate({"text": "abc"}) == {"text": ["Length must be between 1 and 2."]}


def test_contracts_are_given_our_fields_and_validators():
    assert (fields, validate) == (our_fields, our_validators)
