"""The college's rules of getting in: which addresses are advised against (F15), and what two people must decide (F10)."""

from dataclasses import dataclass

from services.common.kernel.text import Text
from services.common.kernel.validation import fields
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, line_field, one_of
from services.contracts.identity.support import KINDS


@dataclass(frozen=True)
class AddressAdvice:
    """Why an address at one of these domains is not a good one for an account that lasts a working life (F15)."""

    domains: tuple[str, ...]
    advice: Text


@dataclass(frozen=True)
class AccessRules:
    """The rules of getting in.

    `four_eyes` lists the kinds of requests to support whose approval a second person confirms (F10), `weak_words` the words of the
    profession, beside its name, that no password may hold.
    """

    four_eyes: tuple[str, ...]
    weak_words: tuple[str, ...]
    address_advice: tuple[AddressAdvice, ...]

    def advice_on(self, email: str) -> Text | None:
        """Why this address is advised against, also one at a subdomain of a listed domain; nothing if it is not (F15)."""
        domain = email.rpartition("@")[2].casefold()
        for advice in self.address_advice:
            if any(domain == known or domain.endswith(f".{known}") for known in advice.domains):
                return advice.advice
        return None


class AddressAdviceSchema(RecordSchema):
    record = AddressAdvice
    domains = Items(line_field(), required=True)
    advice = TextField(required=True)


class AccessRulesSchema(RecordSchema):
    record = AccessRules
    weak_words = Items(line_field(), load_default=())
    four_eyes = Items(one_of(*KINDS), required=True)
    address_advice = Items(fields.Nested(AddressAdviceSchema), required=True)
