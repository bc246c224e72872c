"""The tables of quality assurance."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, Index, Integer, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.persistence.tables import APPEND_ONLY, new_metadata


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


class PdCycle(Base):
    """A registrant's PD cycle: when it began. Its other days are computed (`cycles.py`).

    Those that are kept are read by the release before only, and still written for it; the next one lets them be empty and stops that.
    """

    __tablename__ = "pd_cycles"
    __table_args__ = (
        UniqueConstraint("registrant_id", "starts_on"),
        CheckConstraint("starts_on <= attestation_due_on AND attestation_opens_on <= attestation_due_on", name="days"),
        CheckConstraint("required_hours >= 0", name="hours"),
        Index("ix_pd_cycles_of_account", "account_id", "starts_on"),
        {"info": APPEND_ONLY},
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    registrant_id: Mapped[UUID]
    account_id: Mapped[UUID]
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date] = mapped_column(Date)
    required_hours: Mapped[int] = mapped_column(Integer)
    attestation_opens_on: Mapped[date] = mapped_column(Date)
    attestation_due_on: Mapped[date] = mapped_column(Date)
    self_assessment_due_on: Mapped[date | None] = mapped_column(Date)
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
