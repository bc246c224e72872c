"""How long which records are kept (R15): the rules of the college, and the types of record that there are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from marshmallow import validates_schema

from services.common.kernel.periods import Period
from services.common.kernel.text import Text
from services.common.kernel.validation import ValidationError, fields
from services.contracts.college.schema_fields import Items, RecordSchema, TextField, TrueFalse, WholeNumber, code_field, one_of

EVERY_SERVICE = "every_service"
_NO_TIME = Period()


@dataclass(frozen=True)
class RecordType:
    """A type of record, and whose it is. Without a `moment` to count from, it can never be destroyed."""

    owner: str
    moment: str | None
    name: Text


RECORD_TYPES = {
    "unactivated_accounts": RecordType(
        "identity", "opened", Text("Accounts that were never activated", "Comptes jamais activés")
    ),
    "accounts": RecordType("identity", None, Text("Activated and migrated accounts", "Comptes activés ou migrés")),
    "access_requests": RecordType(
        "identity", "decided", Text("Decided requests for access", "Demandes de rétablissement de l’accès, décidées")
    ),
    "delegations": RecordType("identity", "ended", Text("Ended delegations", "Délégations terminées")),
    "abandoned_applications": RecordType(
        "applications",
        "closed",
        Text(
            "Lapsed and withdrawn applications, with answers and documents",
            "Demandes caduques ou retirées, avec réponses et documents",
        ),
    ),
    "refused_applications": RecordType("applications", "decided", Text("Refused applications", "Demandes refusées")),
    "approved_applications": RecordType("applications", None, Text("Approved applications", "Demandes approuvées")),
    "messages": RecordType("correspondence", "written", Text("Messages", "Messages")),
    "subscription_requests": RecordType(
        "correspondence",
        "asked",
        Text("Unconfirmed requests for the mailing list", "Demandes d’inscription à la liste d’envoi non confirmées"),
    ),
    "subscriptions": RecordType(
        "correspondence",
        "ended",
        Text("Ended subscriptions to the mailing list", "Abonnements terminés à la liste d’envoi"),
    ),
    "ledger": RecordType("billing", None, Text("Invoices, payments and the ledger", "Factures, paiements et grand livre")),
    "payment_notices": RecordType(
        "billing",
        "settled",
        Text(
            "Notices of the payment provider that name no invoice or payment",
            "Avis du fournisseur de paiement qui ne nomment ni facture ni paiement",
        ),
    ),
    "register": RecordType("registry", None, Text("The register and its history", "Le registre et son historique")),
    "pd_cycles": RecordType("qa", None, Text("PD cycles", "Cycles de perfectionnement professionnel")),
    "audit_trail": RecordType(EVERY_SERVICE, None, Text("The audit trail", "La piste d’audit")),
}


@dataclass(frozen=True)
class RetentionRule:
    """How long records of a type are kept, counted from which moment; `never_destroyed` ones have neither. `basis` says why."""

    type: str
    owner: str
    basis: Text
    keep_for: Period = _NO_TIME
    counted_from: str = ""
    never_destroyed: bool = False


@dataclass(frozen=True)
class Retention:
    """All rules, one for each type of record."""

    rules: tuple[RetentionRule, ...]

    def destroyed_by(self, owner: str) -> Iterator[RetentionRule]:
        """The rules by which a service destroys records of its own."""
        return (rule for rule in self.rules if rule.owner == owner and not rule.never_destroyed)


class PeriodSchema(RecordSchema):
    record = Period
    years = WholeNumber(at_least=1)
    months = WholeNumber(at_least=1)
    days = WholeNumber(at_least=1)

    @validates_schema(skip_on_field_errors=True)
    def holds_a_time(self, data: dict[str, Any], **_: Any) -> None:
        if not data:
            raise ValidationError("must say years, months or days")


class RetentionRuleSchema(RecordSchema):
    record = RetentionRule
    type = one_of(*RECORD_TYPES, required=True)
    basis = TextField(required=True)
    keep_for = fields.Nested(PeriodSchema)
    counted_from = code_field()
    never_destroyed = TrueFalse()
    owner = code_field(required=True)

    @validates_schema(skip_on_field_errors=True)
    def says_when(self, data: dict[str, Any], **_: Any) -> None:
        timed = {"keep_for", "counted_from"} & data.keys()
        if data.get("never_destroyed"):
            if timed:
                raise ValidationError("is never destroyed: keep_for and counted_from have no meaning")
        elif len(timed) < 2:
            raise ValidationError("must say keep_for and counted_from, or never_destroyed: true")


class RetentionSchema(RecordSchema):
    record = Retention
    rules = Items(fields.Nested(RetentionRuleSchema), required=True)
