"""What the provider refuses, each with the HTTP status and the code a caller can act on."""


class ProviderError(Exception):
    """A refusal that reaches the caller as JSON {error: {code, message}}."""

    status = 500
    code = "internal_error"


class Unauthorized(ProviderError):
    """The key is missing or is not the merchant's."""

    status = 401
    code = "unauthorized"

    def __init__(self) -> None:
        super().__init__("Send the API key as 'Authorization: Bearer <key>'.")


class MalformedBody(ProviderError):
    """The body is not JSON."""

    status = 400
    code = "malformed_body"

    def __init__(self) -> None:
        super().__init__("The body must be a JSON object.")


class InvalidRequest(ProviderError):
    """A field is missing or wrong."""

    status = 422
    code = "invalid_request"


class CheckoutNotFound(ProviderError):
    """There is no such checkout."""

    status = 404
    code = "checkout_not_found"

    def __init__(self, checkout_id: str) -> None:
        super().__init__(f"There is no checkout {checkout_id}.")


class EventNotFound(ProviderError):
    """There is no such event."""

    status = 404
    code = "event_not_found"

    def __init__(self, event_id: str) -> None:
        super().__init__(f"There is no event {event_id}.")


class IdempotencyConflict(ProviderError):
    """The key was used for another request."""

    status = 409
    code = "idempotency_conflict"

    def __init__(self) -> None:
        super().__init__("This Idempotency-Key was used with another body: send a new key, or the first body again.")


class CheckoutExpired(ProviderError):
    """The checkout can no longer be paid."""

    status = 409
    code = "checkout_expired"

    def __init__(self, checkout_id: str) -> None:
        super().__init__(f"Checkout {checkout_id} has expired: open a new one.")
