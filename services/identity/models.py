"""The tables of the identity service. No password and no token is in any of them: only their digests."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Identity, Index, Integer, LargeBinary, Sequence, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.common.tables import new_metadata


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


INSTANT = DateTime(timezone=True)

application_id_numbers = Sequence("application_id_numbers", metadata=Base.metadata)


class Account(Base):
    """A person's one account, for life. `email_key` is the address as it is compared; `application_id` is missing for staff."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    application_id: Mapped[str | None] = mapped_column(Text, unique=True)
    language: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    activated_at: Mapped[datetime | None] = mapped_column(INSTANT)
    email_frozen_at: Mapped[datetime | None] = mapped_column(INSTANT)
    held_roles: Mapped[list["HeldRole"]] = relationship(lazy="selectin", viewonly=True, order_by="HeldRole.role")

    @property
    def roles(self) -> list[str]:
        """The names of the roles that the account holds, in alphabetical order."""
        return [held.role for held in self.held_roles]


class HeldRole(Base):
    """That an account holds a role."""

    __tablename__ = "held_roles"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    role: Mapped[str] = mapped_column(Text, primary_key=True)
    granted_at: Mapped[datetime] = mapped_column(INSTANT)


class ActivationLink(Base):
    """The one activation link of an account that works: a newer one takes the row's place, its use removes the row (F18)."""

    __tablename__ = "activation_links"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    issued_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT, index=True)


class SignInSession(Base):
    """What came from one sign-in: the family of its refresh tokens, of which those of the newest `generation` work."""

    __tablename__ = "sessions"
    __table_args__ = (Index("ix_sessions_account_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    begun_at: Mapped[datetime] = mapped_column(INSTANT)
    generation: Mapped[int] = mapped_column(Integer)
    rotated_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)


class RefreshToken(Base):
    """A refresh token that was given out, as its digest."""

    __tablename__ = "refresh_tokens"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    generation: Mapped[int] = mapped_column(Integer)
    issued_at: Mapped[datetime] = mapped_column(INSTANT, index=True)


class FailedTry(Base):
    """A sign-in that failed, or is being checked now; counted by its `subject`, an account or a client address."""

    __tablename__ = "failed_tries"
    __table_args__ = (Index("ix_failed_tries_subject", "subject", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT, index=True)
