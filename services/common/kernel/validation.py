"""Schemas and their messages: marshmallow's errors become codes, and codes become words in both languages."""

from datetime import datetime
from typing import Any, ClassVar

from marshmallow import EXCLUDE, RAISE
from marshmallow import Schema as MarshmallowSchema
from marshmallow.exceptions import ValidationError
from marshmallow.fields import Field as MarshmallowField

from services.common.kernel import fields
from services.common.kernel import validators as validate
from services.common.kernel.money import Money
from services.common.kernel.text import Text

FIRST_YEAR, LAST_YEAR = 1800, 2999
WORDS = {
    "required": Text("This is required.", "Ce champ est obligatoire."),
    "null": Text("This may not be empty.", "Ce renseignement ne peut pas être vide."),
    "unknown": Text("There is no such field.", "Ce champ n’existe pas."),
    "type": Text("This field takes another kind of value.", "Ce champ attend une autre sorte de valeur."),
    "invalid": Text("This is not valid.", "Ce renseignement n’est pas valide."),
    "invalid_email": Text(
        "Enter an email address, such as name@example.org.", "Entrez une adresse courriel, par exemple nom@exemple.org."
    ),
    "invalid_date": Text(
        "Enter the date as year, month and day, such as 1994-03-17, or with the month’s name, such as March 17, 1994.",
        "Entrez l’année, le mois et le jour, par exemple 1994-03-17, ou écrivez le nom du mois, par exemple 17 mars 1994.",
    ),
    "invalid_instant": Text(
        "Enter the date and time with the zone, such as 2026-03-17T14:07:00-04:00.",
        "Entrez la date et l’heure avec le fuseau, par exemple 2026-03-17T14:07:00-04:00.",
    ),
    "empty_file": Text("The file is empty.", "Le fichier est vide."),
    "invalid_uuid": Text("This is not an identifier.", "Ce n’est pas un identifiant."),
    "too_short": Text("This is too short: at least {}.", "C’est trop court : au moins {}."),
    "too_long": Text("This is too long: at most {}.", "C’est trop long : au plus {}."),
    "too_small": Text("This is too small: at least {}.", "C’est trop petit : au moins {}."),
    "too_large": Text("This is too large: at most {}.", "C’est trop grand : au plus {}."),
    "not_a_choice": Text("This is not one of the choices: {}.", "Ce n’est pas un des choix : {}."),
    "invalid_phone": Text(
        "Enter the number with its area code, such as 416 555-0123 ext. 12; from abroad, + and the country code first.",
        "Entrez le numéro avec son indicatif régional, par exemple 416 555-0123 poste 12; de l’étranger, d’abord + et le pays.",
    ),
    "invalid_postal_code": Text(
        "Enter a Canadian postal code, such as M5G 2J5.", "Entrez un code postal canadien, par exemple M5G 2J5."
    ),
    "invalid_country": Text("This is not a country.", "Ce n’est pas un pays."),
    "invalid_province": Text(
        "This is not a province or territory of Canada.", "Ce n’est pas une province ni un territoire du Canada."
    ),
    "in_the_future": Text("This date cannot be in the future.", "Cette date ne peut pas être à venir."),
    "in_the_past": Text("This date has already passed.", "Cette date est déjà passée."),
    "unlikely_year": Text("Check the year: it must be within {}.", "Vérifiez l’année : elle doit se situer dans la période {}."),
    "not_agreed": Text("Please tick this statement to agree to it.", "Veuillez cocher cet énoncé pour l’accepter."),
    "repeated": Text("The same thing is given twice.", "Le même élément est donné deux fois."),
    "not_your_document": Text(
        "Choose a document that you uploaded for this and that was not refused.",
        "Choisissez un document que vous avez téléversé à cette fin et qui n’a pas été refusé.",
    ),
    "unclear_date": Text(
        "Day and month could be either here: enter the date as 1994-03-17 or with the month’s name.",
        "Le jour et le mois pourraient être confondus : entrez la date sous la forme 1994-03-17 ou avec le nom du mois.",
    ),
    "year_of_two_digits": Text(
        "Enter the year with four digits, such as 1994.", "Entrez l’année avec ses quatre chiffres, par exemple 1994."
    ),
    "no_such_day": Text("There is no such day in the calendar.", "Ce jour n’existe pas au calendrier."),
    "earlier_than": Text(
        "This date cannot be before the one you gave for “{}”.", "Cette date ne peut pas précéder celle indiquée à « {} »."
    ),
    "invalid_number": Text("Enter a number in digits, such as 1250.", "Entrez un nombre en chiffres, par exemple 1250."),
    "whole_number": Text("Enter a whole number, such as 1250.", "Entrez un nombre entier, par exemple 1250."),
    "half_number": Text(
        "Enter a whole number or one with a half, such as 462 or 462.5.",
        "Entrez un nombre entier ou une demie, par exemple 462 ou 462,5.",
    ),
    "invalid_foreign_postal_code": Text(
        "Enter the postal code in letters and digits, such as 75001.",
        "Entrez le code postal en lettres et en chiffres, par exemple 75001.",
    ),
    "control_sign": Text(
        "This text has a sign that cannot be shown ({}): please type it again.",
        "Ce texte contient un signe qui ne peut pas être affiché ({}) : veuillez le taper de nouveau.",
    ),
    "broken_sign": Text(
        "A letter of this text was lost on its way ({}): please type it again.",
        "Une lettre de ce texte s’est perdue en chemin ({}) : veuillez le taper de nouveau.",
    ),
    "unknown_sign": Text(
        "This text has a sign that belongs to no script ({}): please type it again.",
        "Ce texte contient un signe qui n’appartient à aucune écriture ({}) : veuillez le taper de nouveau.",
    ),
    "line_break": Text("Write this on one line.", "Écrivez ceci sur une seule ligne."),
    "no_letter": Text("Enter a name with at least one letter.", "Entrez un nom qui compte au moins une lettre."),
    "english_missing": Text(
        "Write this in English too: whoever reads English sees it.",
        "Écrivez aussi ceci en anglais : on le lit dans les deux langues.",
    ),
    "french_missing": Text(
        "Write this in French too: whoever reads French sees it.",
        "Écrivez aussi ceci en français : on le lit dans les deux langues.",
    ),
    "both_languages": Text(
        "Name a standard condition by its code, or give this in English and in French.",
        "Nommez une condition type par son code, ou donnez ce texte en français et en anglais.",
    ),
    "pattern": Text("This does not have the right form.", "Ce renseignement n’a pas la bonne forme."),
}


def words(code: str, language: str) -> str:
    """Says a message code (`too_long 100`) in the person's language; a text that is no code is given back as it is."""
    name, _, rest = code.partition(" ")
    return WORDS[name].in_(language).format(rest) if name in WORDS else code


class Schema(MarshmallowSchema):
    """A strict schema: an unknown field is an error. `lenient` makes the forgiving twin for the bus."""

    error_messages = {"unknown": "unknown", "type": "type"}
    record: ClassVar[Any] = None  # what a record's schema makes of what it has read (`records.py`)
    as_records = False

    class Meta:
        """What marshmallow reads."""

        unknown = RAISE

    def load(self, data: Any, **kwargs: Any) -> Any:
        """Reads plain values; gives a dictionary, or a record where the schema has been told so."""
        loaded = super().load(data, **kwargs)
        if not self.as_records:
            return loaded
        make = self.record.of_values
        return [make(values) for values in loaded] if isinstance(loaded, list) else make(loaded)


def lenient(schema: type[MarshmallowSchema]) -> MarshmallowSchema:
    """Makes an instance that drops unknown fields at every depth, so that services of different age understand each other."""
    instance = schema(unknown=EXCLUDE)
    _forgive(instance)
    return instance


def _forgive(schema: MarshmallowSchema) -> None:
    schema.unknown = EXCLUDE
    for field in schema.fields.values():
        _forgive_field(field)


def _forgive_field(field: MarshmallowField) -> None:
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


class Instant(fields.AwareDateTime):
    """An instant in ISO 8601 with its zone, of a year in which a college may have worked: others cannot be told in every zone."""

    default_error_messages = {"invalid": "invalid_instant", "invalid_awareness": "invalid_instant"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        instant: datetime = super()._deserialize(value, attr, data, **kwargs)
        if not FIRST_YEAR <= instant.year <= LAST_YEAR:
            raise self.make_error("invalid")
        return instant


class MoneyField(fields.Field[Money]):
    """An amount as `{"amount": "146.90", "currency": "CAD"}`."""

    default_error_messages = {"invalid": "invalid"}

    def _serialize(self, value: Money | None, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else {"amount": value.amount, "currency": value.currency}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Money:
        try:
            return Money.parse(value["amount"], value["currency"])
        except (TypeError, KeyError, ValueError) as error:
            raise self.make_error("invalid") from error


__all__ = ["Instant", "MoneyField", "Schema", "ValidationError", "fields", "flatten", "lenient", "validate", "words"]
