"""The one shape of every kind of fact: whom it is about, the days on which it holds, and since when and until when the college believed it.

Two times are kept apart. `effective` is a range of the college's days: when the fact holds. `recorded_at` and `superseded_at` say when
the college came to say so, and when it said otherwise. So a change can be entered late, ahead or with its history, a mistake can be
corrected, and what was said on any day stays known.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Column, DateTime, ForeignKey, Index, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import DATERANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from services.common.kernel.present import present
from services.registry.base import Base

# Where a fact came from.
SOURCES = (APPLICATION, REQUEST, RENEWAL, IMPORT, STAFF) = ("application", "request", "renewal", "import", "staff")
BELIEVED = text("superseded_at IS NULL")
Days = Range[date]


class Fact(Base):
    """A fact of one kind about a registrant.

    `one_for` names the columns beside the registrant for which one fact of the kind holds on a day (none: one for each registrant); None
    says that many may hold at once. `public` says whether the kind is ever shown to the public.
    """

    __abstract__ = True

    kind: ClassVar[str]
    one_for: ClassVar[tuple[str, ...] | None] = ()
    public: ClassVar[bool] = True

    id: Mapped[UUID] = mapped_column(primary_key=True)
    registrant_id: Mapped[UUID] = mapped_column(ForeignKey("registrants.id"))
    effective: Mapped[Days] = mapped_column(DATERANGE)
    recorded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    superseded_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    source: Mapped[str] = mapped_column(Text)
    source_id: Mapped[UUID | None]
    recorded_by: Mapped[str] = mapped_column(Text)

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        return tuple(constraints(cls.__tablename__, cls.one_for))

    @property
    def since(self) -> date:
        """The first day on which it holds."""
        return present(self.effective.lower)

    @property
    def until(self) -> date | None:
        """The day from which it holds no more; nothing where no end is known."""
        return self.effective.upper

    def holds_on(self, day: date) -> bool:
        """Whether it holds on a day."""
        return self.since <= day and (self.until is None or day < self.until)

    def said(self) -> dict[str, Any]:
        """What it says: its own columns, without its days and how it came here."""
        return {column.name: getattr(self, column.name) for column in self.__table__.columns if column.name not in SHAPE}


def constraints(table: str, one_for: Sequence[str] | None) -> list[SchemaItem]:
    """Gives what holds for every table of facts, for a model and for the migration that makes its table."""
    items: list[SchemaItem] = [
        CheckConstraint("NOT isempty(effective) AND NOT lower_inf(effective)", name="effective"),
        CheckConstraint(f"source IN ({', '.join(map(repr, SOURCES))})", name="source"),
        Index(f"ix_{table}_registrant", "registrant_id"),
        # For the one who looks each midnight for what begins or ends that day.
        Index(f"ix_{table}_begins", func.lower(text("effective")), postgresql_where=BELIEVED),
        Index(f"ix_{table}_ends", func.upper(text("effective")), postgresql_where=BELIEVED),
    ]
    if one_for is not None:
        same = [("registrant_id", "="), *((name, "=") for name in one_for)]
        items.append(
            ExcludeConstraint(*same, ("effective", "&&"), name=f"ex_{table}_one_at_a_time", using="gist", where=BELIEVED)
        )
    return items


def columns() -> list[Column[Any]]:
    """Gives the columns of the shape anew, for the migration that makes a table of facts."""
    return [
        Column("id", Uuid, primary_key=True),
        Column("registrant_id", Uuid, ForeignKey("registrants.id"), nullable=False),
        Column("effective", DATERANGE, nullable=False),
        Column("recorded_at", DateTime(timezone=True), nullable=False),
        Column("superseded_at", DateTime(timezone=True)),
        Column("source", Text, nullable=False),
        Column("source_id", Uuid),
        Column("recorded_by", Text, nullable=False),
    ]


SHAPE = frozenset(column.name for column in columns())
