"""The tables of the identity service. No password and no token is in any of them: only their digests."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BigInteger,
    Boolean,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    Sequence,
    Text,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.common.persistence.tables import new_metadata


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


INSTANT = DateTime(timezone=True)

application_id_numbers = Sequence("application_id_numbers", metadata=Base.metadata)
access_request_numbers = Sequence("access_request_numbers", metadata=Base.metadata)


class Account(Base):
    """A person's one account, for life. `email_key` is the address as it is compared; `application_id` is missing for staff.

    `name` is that of a member of staff, as colleagues see it; what others are called their application says.

    Without a `password_hash` nobody can sign in yet: a migrated account (F6), or staff who were invited. `invitation_asked_at` is set
    while an invitation waits to be written, `invited_at` once it was (F14). `reset_required_at` is set while the password lets nobody in
    until another one is chosen by a mailed link.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        Index("ix_accounts_invitation_asked_at", "invitation_asked_at", postgresql_where=text("invitation_asked_at IS NOT NULL")),
        # Finding by the beginning of an address needs the order of its bytes, not of a language.
        Index("ix_accounts_email_key_text", "email_key", postgresql_ops={"email_key": "text_pattern_ops"}),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(Text)
    email_key: Mapped[str] = mapped_column(Text, unique=True)
    application_id: Mapped[str | None] = mapped_column(Text, unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    opened_at: Mapped[datetime] = mapped_column(INSTANT)
    activated_at: Mapped[datetime | None] = mapped_column(INSTANT)
    email_frozen_at: Mapped[datetime | None] = mapped_column(INSTANT)
    suspended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    reset_required_at: Mapped[datetime | None] = mapped_column(INSTANT)
    migrated_at: Mapped[datetime | None] = mapped_column(INSTANT)
    invitation_asked_at: Mapped[datetime | None] = mapped_column(INSTANT)
    invited_at: Mapped[datetime | None] = mapped_column(INSTANT)
    # When the standing as a registrant changed that was heard last; facts are heard in any order.
    standing_as_of: Mapped[datetime | None] = mapped_column(INSTANT)
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


class MailedLink(Base):
    """The one link of an account for a purpose that works: a newer one takes the row's place, its use removes the row (F18).

    `detail` is what its use will do beyond the purpose: the new address of a change, say. Of the `seed` the link's secret can be made again
    with our key, so that asking again mails the same link. When a new one takes its place all the same, the `former` one works as long
    as its mail said.
    """

    __tablename__ = "mailed_links"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(Text, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    issued_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT, index=True)
    detail: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    seed: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    former_expires_at: Mapped[datetime | None] = mapped_column(INSTANT)


class SignInSession(Base):
    """What came from one sign-in: the family of its refresh tokens, of which those of the newest `generation` work.

    `proved_at` is when the person last showed who they are, `second_factor` whether with one; without it staff roles do not count.
    `last_used_at` is when its refresh token was last traded. One that a `browser` keeps ends soon when it is left alone.
    """

    __tablename__ = "sessions"
    __table_args__ = (
        Index("ix_sessions_account_id", "account_id"),
        Index("ix_sessions_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    begun_at: Mapped[datetime] = mapped_column(INSTANT)
    generation: Mapped[int] = mapped_column(Integer)
    rotated_at: Mapped[datetime] = mapped_column(INSTANT)
    expires_at: Mapped[datetime] = mapped_column(INSTANT, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    proved_at: Mapped[datetime] = mapped_column(INSTANT)
    second_factor: Mapped[bool] = mapped_column(Boolean, server_default="false")
    address: Mapped[str | None] = mapped_column(Text)
    device: Mapped[str | None] = mapped_column(Text)
    browser: Mapped[bool] = mapped_column(Boolean, server_default="false")
    last_used_at: Mapped[datetime | None] = mapped_column(INSTANT)


class RefreshToken(Base):
    """A refresh token that was given out, as its digest."""

    __tablename__ = "refresh_tokens"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sessions.id", ondelete="CASCADE"), index=True)
    generation: Mapped[int] = mapped_column(Integer)
    issued_at: Mapped[datetime] = mapped_column(INSTANT, index=True)


class FailedTry(Base):
    """A sign-in that failed, or is being checked now; counted by its `subject`, an account or a client's network.

    At an account also by its `place`, a digest of where the client was, or of the session in which somebody showed who they are.
    """

    __tablename__ = "failed_tries"
    __table_args__ = (Index("ix_failed_tries_subject", "subject", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(INSTANT, index=True)
    place: Mapped[bytes | None] = mapped_column(LargeBinary)


class KnownPlace(Base):
    """That an account was signed in to from a place, as a keyed digest of the client's network."""

    __tablename__ = "known_places"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    place: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    seen_at: Mapped[datetime] = mapped_column(INSTANT, index=True)


class CausedMail(Base):
    """That a mail left for an address because somebody asked for it who may be a stranger: of which kind, and which account asked, if one did.

    `recipient` is a keyed digest of the address, which need not be anybody's on file.
    """

    __tablename__ = "caused_mails"
    __table_args__ = (Index("ix_caused_mails_recipient", "recipient", "kind", "at"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    recipient: Mapped[bytes] = mapped_column(LargeBinary)
    kind: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[UUID | None] = mapped_column()
    at: Mapped[datetime] = mapped_column(INSTANT, index=True)


class Factor(Base):
    """A second factor (B10). `sealed_secret` is an authenticator app's, `last_step` the time step of its last code: a code works once.

    A passkey has its credential, its public key and the authenticator's own count of uses.
    """

    __tablename__ = "factors"
    __table_args__ = (Index("ix_factors_account_id", "account_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    added_at: Mapped[datetime] = mapped_column(INSTANT)
    last_used_at: Mapped[datetime | None] = mapped_column(INSTANT)
    sealed_secret: Mapped[str | None] = mapped_column(Text)
    last_step: Mapped[int | None] = mapped_column(BigInteger)
    credential_id: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    public_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    sign_count: Mapped[int | None] = mapped_column(BigInteger)


class RecoveryCode(Base):
    """A recovery code that was given out and not used yet, as its digest."""

    __tablename__ = "recovery_codes"

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)


class Challenge(Base):
    """A step that was begun and waits for a proof, as the digest of what its beginner holds; used once, for a few minutes.

    `nonce` is what a passkey signs; `sealed_secret` that of an authenticator app which is being added.
    """

    __tablename__ = "challenges"

    token_digest: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    purpose: Mapped[str] = mapped_column(Text)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    session_id: Mapped[UUID | None] = mapped_column()
    nonce: Mapped[bytes | None] = mapped_column(LargeBinary)
    sealed_secret: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(INSTANT, index=True)


class AccessRequest(Base):
    """A request to support for a way back in (F10), with what was stated, what was checked and who decided."""

    __tablename__ = "access_requests"
    __table_args__ = (Index("ix_access_requests_state", "state", "id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime] = mapped_column(INSTANT)
    contact_email: Mapped[str] = mapped_column(Text)
    language: Mapped[str] = mapped_column(Text)
    stated: Mapped[dict[str, Any]] = mapped_column(JSONB)
    message: Mapped[str | None] = mapped_column(Text)
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    outcome: Mapped[str | None] = mapped_column(Text)
    checks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    note: Mapped[str | None] = mapped_column(Text)
    proposed_by: Mapped[UUID | None] = mapped_column()
    decided_by: Mapped[UUID | None] = mapped_column()
    decided_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Delegation(Base):
    """That `account_id` lets somebody into some pages (B11). The link's digest is there until it has ended; the link is good once."""

    __tablename__ = "delegations"
    __table_args__ = (
        Index("ix_delegations_account_id", "account_id"),
        Index("ix_delegations_delegate_id", "delegate_id"),
        Index("ix_delegations_ended_at", "ended_at", postgresql_where=text("ended_at IS NOT NULL")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    delegate_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    delegate_email: Mapped[str] = mapped_column(Text)
    delegate_name: Mapped[str] = mapped_column(Text)
    pages: Mapped[list[str]] = mapped_column(ARRAY(Text))
    state: Mapped[str] = mapped_column(Text)
    invited_at: Mapped[datetime] = mapped_column(INSTANT)
    accepted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    ended_at: Mapped[datetime | None] = mapped_column(INSTANT)
    token_digest: Mapped[bytes | None] = mapped_column(LargeBinary, unique=True)
    token_expires_at: Mapped[datetime | None] = mapped_column(INSTANT)


class Program(Base):
    """A program of somebody else with its scopes; the secret before the present one works until `former_until`."""

    __tablename__ = "programs"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    client_id: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    scopes: Mapped[list[str]] = mapped_column(ARRAY(Text))
    secret_digest: Mapped[bytes] = mapped_column(LargeBinary)
    former_digest: Mapped[bytes | None] = mapped_column(LargeBinary)
    former_until: Mapped[datetime | None] = mapped_column(INSTANT)
    registered_at: Mapped[datetime] = mapped_column(INSTANT)
    secret_renewed_at: Mapped[datetime] = mapped_column(INSTANT)
    last_used_at: Mapped[datetime | None] = mapped_column(INSTANT)
    revoked_at: Mapped[datetime | None] = mapped_column(INSTANT)


class LegalHold(Base):
    """That nothing of a person may be destroyed until it is lifted (R15)."""

    __tablename__ = "account_holds"
    __table_args__ = (Index("ix_account_holds_in_force", "account_id", postgresql_where=text("lifted_at IS NULL")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    reason: Mapped[str] = mapped_column(Text)
    placed_at: Mapped[datetime] = mapped_column(INSTANT)
    placed_by: Mapped[str] = mapped_column(Text)
    lifted_at: Mapped[datetime | None] = mapped_column(INSTANT)
    lift_reason: Mapped[str | None] = mapped_column(Text)
