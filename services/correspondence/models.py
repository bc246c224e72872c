"""The tables: where a person's mail goes, what is known of an application, and every message with its delivery."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Boolean, CheckConstraint, DateTime, ForeignKey, Index, Integer, Text, UniqueConstraint, func, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.legal_holds import holds_table
from services.common.tables import new_metadata


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


legal_holds = holds_table(Base.metadata)


INSTANT = DateTime(timezone=True)

WAITING, SENT, RETRYING, BOUNCED, GIVEN_UP = "waiting", "sent", "retrying", "bounced", "given_up"
UNDER_WAY = "delivery IN ('waiting', 'retrying')"


class Contact(Base):
    """Where a person's mail goes and in which language. `…_as_of` is when the fact happened: a late older one changes nothing.

    `application_id` is the ID that the person signs in with (staff have none); `name` is learned once something tells it.
    """

    __tablename__ = "contacts"
    __table_args__ = (CheckConstraint("language IN ('en', 'fr')", name="language"),)

    account_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    email_as_of: Mapped[datetime] = mapped_column(INSTANT)
    name: Mapped[str | None] = mapped_column(Text)
    name_as_of: Mapped[datetime | None] = mapped_column(INSTANT)
    application_id: Mapped[str | None] = mapped_column(Text)


class KnownApplication(Base):
    """The reference of an application, for messages about it that come from another service."""

    __tablename__ = "known_applications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("contacts.account_id"))
    reference: Mapped[str] = mapped_column(Text)


class Message(Base):
    """A message as it was written, in the person's language, and its way to the person.

    `key` tells the occasion (an invoice number, an event): one message per kind and occasion. A single-use link stays sealed in
    `sealed_link` until the mail has left or will never leave, then it is erased; `body` has a mark in its place. `in_both`
    says that the body has the other language too, below a rule. `sending` counts how often staff had it sent again. Without
    `account_id` it is to somebody who may have no account, and in no inbox. `for_address` says that it is for that address and
    no other, whatever is on file: the notice to an old address, the link that confirms a new one.
    """

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("kind", "key"),
        CheckConstraint("language IN ('en', 'fr')", name="language"),
        CheckConstraint("delivery IN ('waiting', 'sent', 'retrying', 'bounced', 'given_up')", name="delivery"),
        CheckConstraint(f"sealed_link IS NULL OR (had_link AND {UNDER_WAY})", name="link_erased"),
        CheckConstraint("delivery <> 'sent' OR delivered_at IS NOT NULL", name="delivered"),
        CheckConstraint("account_id IS NOT NULL OR for_address", name="addressed"),
        Index("ix_messages_account_id_id", "account_id", "id"),
        Index("ix_messages_delivery_id", "delivery", "id"),
        Index("ix_messages_unread", "account_id", postgresql_where=text("read_at IS NULL")),
        Index("ix_messages_due", "due_at", postgresql_where=text(UNDER_WAY)),
        Index("ix_messages_written_at", "written_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("contacts.account_id"))
    kind: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    in_both: Mapped[bool] = mapped_column(Boolean)
    sender: Mapped[str] = mapped_column(Text)
    recipient: Mapped[str] = mapped_column(Text)
    for_address: Mapped[bool] = mapped_column(Boolean, server_default="false")
    subject: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
    had_link: Mapped[bool] = mapped_column(Boolean)
    sealed_link: Mapped[str | None] = mapped_column(Text)
    correlation_id: Mapped[str] = mapped_column(Text)
    traceparent: Mapped[str | None] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(INSTANT)
    read_at: Mapped[datetime | None] = mapped_column(INSTANT)
    delivery: Mapped[str] = mapped_column(Text, server_default=WAITING)
    sending: Mapped[int] = mapped_column(Integer, server_default="0")
    attempts: Mapped[int] = mapped_column(Integer, server_default="0")
    due_at: Mapped[datetime] = mapped_column(INSTANT, server_default=func.now())
    asked_at: Mapped[datetime] = mapped_column(INSTANT, server_default=func.now())
    claimed_until: Mapped[datetime | None] = mapped_column(INSTANT)
    delivered_at: Mapped[datetime | None] = mapped_column(INSTANT)
    last_error: Mapped[str | None] = mapped_column(Text)
