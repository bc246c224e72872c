"""The tables: where a person's mail goes, what is known of an application, every message with its delivery, and the mailing list."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    Text,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from services.common.duties.legal_holds import holds_table
from services.common.persistence.tables import new_metadata


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
        Index("ix_messages_recipient_id", "recipient", "id"),
        Index("ix_messages_recipient_begins", text("lower(recipient) text_pattern_ops")),
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

    @property
    def may_resend(self) -> bool:
        """Whether it can be sent again: not once its single-use link is gone."""
        return not self.had_link or self.sealed_link is not None


class SubscriptionRequest(Base):
    """The wish of one address to be on the mailing list, until its newest link confirms it. `consent` is the sentence that was agreed to.

    `mails` were sent in the day that began at `mails_since`: of further requests in that day nothing is kept and nothing comes.
    """

    __tablename__ = "subscription_requests"
    __table_args__ = (CheckConstraint("language IN ('en', 'fr')", name="language"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address_key: Mapped[str] = mapped_column(Text, unique=True)
    email: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    wording: Mapped[int] = mapped_column(Integer)
    consent: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_from: Mapped[str | None] = mapped_column(Text)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    expires_at: Mapped[datetime] = mapped_column(INSTANT)
    mails: Mapped[int] = mapped_column(Integer)
    mails_since: Mapped[datetime] = mapped_column(INSTANT)


class Subscription(Base):
    """One address on the mailing list, from its confirmation until it leaves or confirms anew, with the proof of its consent (R15)."""

    __tablename__ = "subscriptions"
    __table_args__ = (
        CheckConstraint("language IN ('en', 'fr')", name="language"),
        Index("uq_subscriptions_running", "address_key", unique=True, postgresql_where=text("ended_at IS NULL")),
        Index("ix_subscriptions_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    address_key: Mapped[str] = mapped_column(Text)
    email: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    wording: Mapped[int] = mapped_column(Integer)
    consent: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    asked_from: Mapped[str | None] = mapped_column(Text)
    confirmed_at: Mapped[datetime] = mapped_column(INSTANT)
    confirmed_from: Mapped[str | None] = mapped_column(Text)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    renewed: Mapped[bool] = mapped_column(Boolean, server_default="false")


class Mailing(Base):
    """What the staff wrote to everybody who was on the list at `asked_at`; `finished_at` once there is a mail for each of them."""

    __tablename__ = "mailings"
    __table_args__ = (Index("ix_mailings_unfinished", "asked_at", postgresql_where=text("finished_at IS NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_en: Mapped[str] = mapped_column(Text)
    subject_fr: Mapped[str] = mapped_column(Text)
    body_en: Mapped[str] = mapped_column(Text)
    body_fr: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    finished_at: Mapped[datetime | None] = mapped_column(INSTANT)


class ListMail(Base):
    """One mail of a mailing to one address, at most; its id is the key of the message. The digest is of the link that leaves the list."""

    __tablename__ = "list_mails"
    __table_args__ = (UniqueConstraint("mailing_id", "address_key"), Index("ix_list_mails_address_key", "address_key"))

    id: Mapped[UUID] = mapped_column(primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(ForeignKey("mailings.id"))
    address_key: Mapped[str] = mapped_column(Text)
    unsubscribe_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
