"""The bodies the API accepts, checked strictly: an unknown field or a wrong type is refused, nothing is converted."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Request

from deploy.stand_ins.payment_provider.errors import InvalidRequest, MalformedBody

# Ten million dollars: far above any fee, far below any integer's limit.
MOST_CENTS = 1_000_000_000


def _cents(required: bool) -> fields.Integer:
    return fields.Integer(required=required, strict=True, validate=validate.Range(min=1, max=MOST_CENTS))


def _address() -> fields.Url:
    # Only http and https: the address becomes a link on the pay page. No top-level domain on one machine.
    return fields.Url(required=True, schemes={"http", "https"}, require_tld=False)


class OrderSchema(Schema):
    """The body of POST /v1/checkouts."""

    amount_cents = _cents(required=True)
    currency = fields.String(required=True, validate=validate.OneOf(["CAD"]))
    reference = fields.String(required=True, validate=validate.Length(1, 64))
    description = fields.String(required=True, validate=validate.Length(1, 500))
    language = fields.String(required=True, validate=validate.OneOf(["en", "fr"]))
    success_url = _address()
    cancel_url = _address()


class SandboxPaymentSchema(Schema):
    """The body of POST /v1/sandbox/payments."""

    checkout_id = fields.String(required=True)
    amount_cents = _cents(required=False)


class SandboxNoticeSchema(Schema):
    """The body of POST /v1/sandbox/notices."""

    checkout_id = fields.String(required=True)
    type = fields.String(required=True, validate=validate.Length(1, 100))
    amount_cents = _cents(required=False)
    data = fields.Dict(keys=fields.String(), load_default=dict)


def read_body(request: Request, schema: Schema) -> dict[str, Any]:
    """Return the checked body. Raises MalformedBody, or InvalidRequest naming each wrong field."""
    try:
        body = request.get_json(force=True)
    except BadRequest as error:
        raise MalformedBody() from error
    if not isinstance(body, dict):
        raise MalformedBody()
    try:
        loaded: dict[str, Any] = schema.load(body)
    except ValidationError as error:
        problems = "; ".join(f"{name}: {' '.join(map(str, texts))}" for name, texts in error.normalized_messages().items())
        raise InvalidRequest(problems) from error
    return loaded
