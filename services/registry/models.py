"""The tables of registry. What is said of a registrant has a range of time in which it holds; nothing is overwritten."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    Computed,
    Date,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Sequence,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE, TSVECTOR, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from services.common.persistence.tables import APPEND_ONLY
from services.contracts.registry.words import STATUSES
from services.registry.base import Base
from services.registry.facts.kinds import KINDS

__all__ = [
    "CERTIFICATE_NUMBERS",
    "KINDS",
    "REGISTRATION_NUMBERS",
    "Base",
    "Certificate",
    "CertificateFile",
    "ComposedDay",
    "HeldCertificate",
    "PendingDescription",
    "PendingRegistration",
    "RegisterEntry",
    "Registrant",
]


REGISTRATION_NUMBERS = Sequence("registration_numbers", metadata=Base.metadata)
CERTIFICATE_NUMBERS = Sequence("certificate_numbers", metadata=Base.metadata)
PRESENT = text("upper_inf(valid)")


class PendingRegistration(Base):
    """What applications approved, waiting for its payment; kept afterwards, as the proof of what was approved."""

    __tablename__ = "pending_registrations"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    reference: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    legal_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    commonly_used_name: Mapped[str | None] = mapped_column(Text)
    languages_of_care: Mapped[list[str]] = mapped_column(JSONB)
    # As they were decided; none where the release before wrote the row, which has `conditions` only (services/contracts/terms.py).
    terms: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    conditions: Mapped[list[str]] = mapped_column(JSONB)
    approved_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PendingDescription(Base):
    """What an approved application says of the person beside what is public; nothing any more once facts are made of it."""

    __tablename__ = "pending_descriptions"

    application_id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID]
    said: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Registrant(Base):
    """Who was registered, when and for which application: what never changes of a registrant."""

    __tablename__ = "registrants"
    __table_args__ = {"info": APPEND_ONLY}

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(unique=True)
    application_id: Mapped[UUID] = mapped_column(ForeignKey("pending_registrations.application_id"), unique=True)
    invoice_number: Mapped[str] = mapped_column(Text)
    registration_number: Mapped[str] = mapped_column(Text, unique=True)
    first_registered_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class RegisterEntry(Base):
    """What the register says of a registrant within `valid`.

    The entry without an end is the present one; a trigger lets an entry be closed and nothing else, and a constraint keeps two entries of
    one registrant from holding at once.
    """

    __tablename__ = "register_entries"
    __table_args__ = (
        ExcludeConstraint(("registrant_id", "="), ("valid", "&&"), name="ex_register_entries_one_at_a_time", using="gist"),
        CheckConstraint(f"status IN ({', '.join(repr(code) for code in STATUSES)})", name="status"),
        CheckConstraint("NOT isempty(valid)", name="valid"),
        Index("ix_register_entries_by_name", "last_key", "first_key", "registrant_id", postgresql_where=PRESENT),
        Index("ix_register_entries_words", "words", postgresql_using="gin", postgresql_where=PRESENT),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    registrant_id: Mapped[UUID] = mapped_column(ForeignKey("registrants.id"), index=True)
    valid: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)
    legal_name: Mapped[str] = mapped_column(Text)
    first_name: Mapped[str] = mapped_column(Text)
    last_name: Mapped[str] = mapped_column(Text)
    commonly_used_name: Mapped[str | None] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(Text)
    # As they were decided; none where the release before wrote the row, which has `conditions` only (services/contracts/terms.py).
    terms: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    conditions: Mapped[list[str]] = mapped_column(JSONB)
    languages_of_care: Mapped[list[str]] = mapped_column(JSONB)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    # All of it as composed of the facts (`public_record.py`); none where the release before wrote the row.
    document: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    last_key: Mapped[str] = mapped_column(Text(collation="C"), Computed("name_key(last_name)", persisted=True))
    first_key: Mapped[str] = mapped_column(Text(collation="C"), Computed("name_key(first_name)", persisted=True))
    words: Mapped[str] = mapped_column(
        TSVECTOR, Computed("name_words(legal_name, first_name, last_name, commonly_used_name)", persisted=True)
    )


class ComposedDay(Base):
    """A day of the college for whose beginning the register was composed anew: all that begins or ends on it is shown."""

    __tablename__ = "composed_days"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    done_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Certificate(Base):
    """A certificate of registration and the code in its QR code."""

    __tablename__ = "certificates"
    __table_args__ = (
        Index("ix_certificates_code_in_any_case", func.lower(text("verification_code"))),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    registrant_id: Mapped[UUID] = mapped_column(ForeignKey("registrants.id"), index=True)
    number: Mapped[str] = mapped_column(Text, unique=True)
    verification_code: Mapped[str] = mapped_column(Text, unique=True)
    issued_on: Mapped[date] = mapped_column(Date)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class CertificateFile(Base):
    """The sealed PDF of a certificate in one language."""

    __tablename__ = "certificate_files"
    __table_args__ = (
        UniqueConstraint("certificate_id", "language"),
        CheckConstraint("language IN ('en', 'fr')", name="language"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificates.id"))
    language: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    made_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class HeldCertificate(Base):
    """A certificate that is not made until there is a font for these letters; gone once it is made."""

    __tablename__ = "held_certificates"

    certificate_id: Mapped[UUID] = mapped_column(ForeignKey("certificates.id"), primary_key=True)
    letters: Mapped[list[str]] = mapped_column(JSONB)
    held_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
