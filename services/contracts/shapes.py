"""Field shapes that several contracts share."""

from typing import Any

from services.common.kernel.paging import LARGEST
from services.common.kernel.text import LANGUAGES
from services.common.kernel.typed_text.fields import Code, Email, FileName, Line, Name, Phone, PostalCode, Prose, Search
from services.common.kernel.validation import Instant, fields, validate


def language(**kwargs: Any) -> fields.String:
    """A language of the college: `en` or `fr`."""
    return fields.String(validate=validate.OneOf(LANGUAGES), **kwargs)


def email(**kwargs: Any) -> Email:
    """An e-mail address of at most 254 characters."""
    return Email(validate=validate.Length(max=254), **kwargs)


def secret(largest: int = 200, **kwargs: Any) -> Code:
    """A text that no log, audit entry or stored copy may hold: a password or a token. Every sign of it counts."""
    return Code(validate=validate.Length(min=1, max=largest), metadata={"secret": True}, **kwargs)


def short(largest: int = 200, **kwargs: Any) -> Line:
    """A line of text that is not empty."""
    return Line(validate=validate.Length(min=1, max=largest), **kwargs)


def name(largest: int = 200, **kwargs: Any) -> Name:
    """The name of a person, or that a person gives to something."""
    return Name(validate=validate.Length(min=1, max=largest), **kwargs)


def phone(**kwargs: Any) -> Phone:
    """A telephone number."""
    return Phone(validate=validate.Length(min=1, max=40), **kwargs)


def postal_code(**kwargs: Any) -> PostalCode:
    """A postal code of any country."""
    return PostalCode(validate=validate.Length(min=1, max=20), **kwargs)


def file_name(**kwargs: Any) -> FileName:
    """The name of a file that somebody uploads."""
    return FileName(validate=validate.Length(min=1, max=255), **kwargs)


def search(largest: int = 100) -> Search:
    """What is looked for, or nothing for all."""
    return Search(validate=validate.Length(max=largest))


def long(largest: int = 10_000, **kwargs: Any) -> Prose:
    """A text of several lines, at most 10,000 characters."""
    return Prose(validate=validate.Length(min=1, max=largest), **kwargs)


def instant(**kwargs: Any) -> Instant:
    """An instant in ISO 8601 with its zone."""
    return Instant(**kwargs)


def limit() -> fields.Integer:
    """How many rows a page has: 20 unless asked, at most 100."""
    return fields.Integer(strict=True, validate=validate.Range(1, LARGEST))


def cursor() -> Code:
    """Where the page begins: the `next_cursor` of the page before; none for the first."""
    return Code(validate=validate.Length(max=500))


def sha256(**kwargs: Any) -> Code:
    """The SHA-256 of a file in the file store, hexadecimal."""
    return Code(validate=validate.Regexp(r"^[0-9a-f]{64}$"), **kwargs)


def version(**kwargs: Any) -> fields.Integer:
    """The version that an edit was made on; another one now stored refuses the edit."""
    return fields.Integer(strict=True, validate=validate.Range(min=0), **kwargs)
