"""Schemas and their messages: marshmallow's errors become codes, and codes become words in both languages."""

from collections.abc import Callable
from typing import Any

from marshmallow import EXCLUDE, RAISE, fields, validate
from marshmallow import Schema as MarshmallowSchema
from marshmallow.exceptions import ValidationError

from services.common.money import Money
from services.common.text import Text

WORDS = {
    "required": Text("This is required.", "Ce renseignement est requis."),
    "null": Text("This may not be empty.", "Ce renseignement ne peut pas être vide."),
    "unknown": Text("There is no such field.", "Ce champ n’existe pas."),
    "type": Text("This is not of the right kind.", "Ce renseignement n’est pas du bon type."),
    "invalid": Text("This is not valid.", "Ce renseignement n’est pas valide."),
    "invalid_email": Text("This is not an e-mail address.", "Ce n’est pas une adresse courriel."),
    "invalid_date": Text("This is not a date.", "Ce n’est pas une date."),
    "invalid_uuid": Text("This is not an identifier.", "Ce n’est pas un identifiant."),
    "too_short": Text("This is too short: at least {}.", "C’est trop court : au moins {}."),
    "too_long": Text("This is too long: at most {}.", "C’est trop long : au plus {}."),
    "too_small": Text("This is too small: at least {}.", "C’est trop petit : au moins {}."),
    "too_large": Text("This is too large: at most {}.", "C’est trop grand : au plus {}."),
    "not_a_choice": Text("This is not one of the choices: {}.", "Ce n’est pas un des choix : {}."),
    "invalid_phone": Text(
        "This is not a telephone number with its area code.", "Ce n’est pas un numéro de téléphone avec son indicatif régional."
    ),
    "invalid_postal_code": Text("This is not a Canadian postal code.", "Ce n’est pas un code postal canadien."),
    "invalid_country": Text("This is not a country.", "Ce n’est pas un pays."),
    "invalid_province": Text(
        "This is not a province or territory of Canada.", "Ce n’est pas une province ni un territoire du Canada."
    ),
    "in_the_future": Text("This date must be in the past.", "Cette date doit être passée."),
    "in_the_past": Text("This date has already passed.", "Cette date est déjà passée."),
    "not_agreed": Text("Please tick this statement to agree to it.", "Veuillez cocher cet énoncé pour l’accepter."),
    "repeated": Text("The same thing is given twice.", "Le même élément est donné deux fois."),
    "not_your_document": Text(
        "Choose a document that you uploaded for this and that was not refused.",
        "Choisissez un document que vous avez téléversé à cette fin et qui n’a pas été refusé.",
    ),
    "pattern": Text("This does not have the right form.", "Ce renseignement n’a pas la bonne forme."),
}


def words(code: str, language: str) -> str:
    """Says a message code (`too_long 100`) in the person's language; a text that is no code is given back as it is."""
    name, _, rest = code.partition(" ")
    return WORDS[name].in_(language).format(rest) if name in WORDS else code


_KIND = {fields.Email: "invalid_email", fields.Date: "invalid_date", fields.DateTime: "invalid_date", fields.UUID: "invalid_uuid"}


def _codes_for(field: type[fields.Field]) -> dict[str, Any]:
    messages: dict[str, Any] = {"required": "required", "null": "null", "validator_failed": "invalid", "type": "type"}
    for kind in field.__mro__:
        for key in getattr(kind, "default_error_messages", {}):
            messages.setdefault(key, _KIND.get(field, "invalid"))
    return messages


def _nearest_bound(measure: Callable[[Any], Any]) -> Callable[[Any, Any, str], str]:
    # Of two bounds marshmallow says the same whichever was passed; a person needs to know which.
    def said(validator: Any, value: Any, message: str) -> str:
        if message == validator.message_all:
            message = validator.message_min if measure(value) < validator.min else validator.message_max
        bounds = {"min": validator.min, "max": validator.max, "equal": getattr(validator, "equal", None)}
        return (validator.error or message).format(input=value, **bounds)

    return said


def _true_or_false(field: fields.Boolean, value: Any, *_: Any, **__: Any) -> bool:
    # marshmallow also takes 0, "off" and the like; whoever sends such a thing may have meant something else.
    if isinstance(value, bool):
        return value
    raise field.make_error("invalid", input=value)


def _speak_in_codes() -> None:
    # marshmallow's messages are English sentences; ours are codes, so that the edge can say them in either language.
    for field in vars(fields).values():
        if isinstance(field, type) and issubclass(field, fields.Field):
            field.default_error_messages = _codes_for(field)
    validate.Length.message_min = "too_short {min}"
    validate.Length.message_max = "too_long {max}"
    validate.Length.message_all = "{min} {max}"
    validate.Length.message_equal = "too_long {equal}"
    validate.Range.message_min = "too_small {{min}}"
    validate.Range.message_max = "too_large {{max}}"
    validate.Range.message_all = "{{min}} {{max}}"
    validate.Length._format_error = _nearest_bound(len)  # type: ignore[assignment, method-assign]
    validate.Range._format_error = _nearest_bound(lambda value: value)  # type: ignore[assignment, method-assign]
    fields.Boolean._deserialize = _true_or_false  # type: ignore[assignment, method-assign]
    validate.OneOf.default_message = "not_a_choice {choices}"
    validate.Regexp.default_message = "pattern"
    validate.Email.default_message = "invalid_email"


_speak_in_codes()


class Schema(MarshmallowSchema):
    """A strict schema: an unknown field is an error. `lenient` makes the forgiving twin for the bus."""

    error_messages = {"unknown": "unknown", "type": "type"}

    class Meta:
        unknown = RAISE


def lenient(schema: type[MarshmallowSchema]) -> MarshmallowSchema:
    """Makes an instance that drops unknown fields at every depth, so that services of different age understand each other."""
    instance = schema(unknown=EXCLUDE)
    _forgive(instance)
    return instance


def _forgive(schema: MarshmallowSchema) -> None:
    schema.unknown = EXCLUDE
    for field in schema.fields.values():
        _forgive_field(field)


def _forgive_field(field: fields.Field) -> None:
    if isinstance(field, fields.Nested):
        field.unknown = EXCLUDE
        _forgive(field.schema)
    elif isinstance(field, fields.List):
        _forgive_field(field.inner)


def flatten(messages: Any, path: str = "") -> list[dict[str, str]]:
    """Turns marshmallow's nested messages into a list of `{field, code}`, one per fault, fields as JSON paths (`lines.0.amount`)."""
    if isinstance(messages, dict):
        return [
            fault
            for key, value in messages.items()
            for fault in flatten(value, path if key == "_schema" else f"{path}.{key}".strip("."))
        ]
    if isinstance(messages, list):
        return [fault for value in messages for fault in flatten(value, path)]
    return [{"field": path, "code": str(messages)}]


class MoneyField(fields.Field[Money]):
    """An amount as `{"amount": "146.90", "currency": "CAD"}`."""

    default_error_messages = {"required": "required", "null": "null", "invalid": "invalid", "validator_failed": "invalid"}

    def _serialize(self, value: Money | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else {"amount": value.amount, "currency": value.currency}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Money:
        try:
            return Money.parse(value["amount"], value["currency"])
        except (TypeError, KeyError, ValueError) as error:
            raise self.make_error("invalid") from error


__all__ = ["MoneyField", "Schema", "ValidationError", "fields", "flatten", "lenient", "validate", "words"]
