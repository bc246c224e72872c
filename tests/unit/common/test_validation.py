"""What a schema says is wrong with a value names the bound that was passed."""

import pytest

from services.common.kernel.validation import Schema, ValidationError, fields, validate


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
