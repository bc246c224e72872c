"""Billing's tables. Amounts are whole cents beside their currency; what was once issued or posted is never rewritten."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, DateTime, ForeignKey, Sequence, Text, false
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from services.common.kernel.ids import new_id
from services.common.kernel.money import Money
from services.common.kernel.present import present
from services.common.persistence.tables import APPEND_ONLY, new_metadata
from services.contracts.billing.purposes import APPLICATION, Subject


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()


# Running numbers; how a number is written, and which one is first, the college's profile says.
invoice_numbers = Sequence("invoice_numbers", metadata=Base.metadata)
receipt_numbers = Sequence("receipt_numbers", metadata=Base.metadata)

Instant = DateTime(timezone=True)


class Invoice(Base):
    """What one person is asked to pay, for a purpose and about a subject, in the words and amounts of the day of issue.

    `application_id` is that of a registration invoice, and the only subject that releases before 0007 write.
    """

    __tablename__ = "invoices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    number: Mapped[str] = mapped_column(Text, unique=True)
    account_id: Mapped[UUID]
    purpose: Mapped[str] = mapped_column(Text, server_default="registration")
    subject_type: Mapped[str] = mapped_column(Text, server_default="application")
    subject_id: Mapped[UUID | None]
    effect: Mapped[str | None] = mapped_column(Text, server_default="finalises_registration")
    application_id: Mapped[UUID | None] = mapped_column(unique=True)
    application_reference: Mapped[str | None] = mapped_column(Text)
    bill_to: Mapped[str] = mapped_column(Text)
    category: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="open")
    currency: Mapped[str] = mapped_column(Text)
    subtotal_cents: Mapped[int] = mapped_column(BigInteger)
    total_cents: Mapped[int] = mapped_column(BigInteger)
    issued_at: Mapped[datetime] = mapped_column(Instant)
    issued_on: Mapped[date]
    due_on: Mapped[date | None]
    may_be_paid_in_parts: Mapped[bool] = mapped_column(default=False, server_default=false())
    paid_at: Mapped[datetime | None] = mapped_column(Instant)
    receipt_number: Mapped[str | None] = mapped_column(Text, unique=True)
    finalised_at: Mapped[datetime | None] = mapped_column(Instant)
    replays: Mapped[int] = mapped_column(default=0)
    replay_due_at: Mapped[datetime | None] = mapped_column(Instant)

    lines: Mapped[list["InvoiceLine"]] = relationship(order_by="InvoiceLine.position", lazy="selectin")
    taxes: Mapped[list["InvoiceTax"]] = relationship(order_by="InvoiceTax.position", lazy="selectin")
    allocations: Mapped[list["PaymentAllocation"]] = relationship(lazy="selectin")

    @property
    def subject(self) -> Subject:
        """What it is about."""
        return Subject(type=self.subject_type, id=present(self.subject_id or self.application_id))

    @property
    def about_application(self) -> UUID | None:
        """The application that it is about, if it is about one."""
        return self.subject.id if self.subject_type == APPLICATION else None

    @property
    def subtotal(self) -> Money:
        """The sum of the lines, before tax."""
        return Money(self.subtotal_cents, self.currency)

    @property
    def total(self) -> Money:
        """What is to be paid."""
        return Money(self.total_cents, self.currency)

    @property
    def left_to_pay(self) -> Money:
        """What of it is not paid yet; nothing of what is paid or cancelled."""
        applied = sum(each.amount_cents for each in self.allocations) if self.state == "open" else self.total_cents
        return Money(self.total_cents - applied, self.currency)


class InvoiceLine(Base):
    """One fee on an invoice."""

    __tablename__ = "invoice_lines"
    __table_args__ = {"info": APPEND_ONLY}

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    fee: Mapped[str] = mapped_column(Text)
    description_en: Mapped[str] = mapped_column(Text)
    description_fr: Mapped[str] = mapped_column(Text)
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    tax_code: Mapped[str] = mapped_column(Text)
    tax_cents: Mapped[int] = mapped_column(BigInteger)


class InvoiceTax(Base):
    """One tax at one rate over the lines of an invoice."""

    __tablename__ = "invoice_taxes"
    __table_args__ = {"info": APPEND_ONLY}

    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    name_fr: Mapped[str] = mapped_column(Text)
    rate_basis_points: Mapped[int]
    amount_cents: Mapped[int] = mapped_column(BigInteger)


class Payment(Base):
    """Money that the provider received, once for each of its payment ids; a flag says why it settles no invoice."""

    __tablename__ = "payments"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    provider_payment_id: Mapped[str] = mapped_column(Text, unique=True)
    provider_checkout_id: Mapped[str | None] = mapped_column(Text)
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    reference: Mapped[str] = mapped_column(Text)
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)
    paid_at: Mapped[datetime] = mapped_column(Instant)
    recorded_at: Mapped[datetime] = mapped_column(Instant)
    method_brand: Mapped[str | None] = mapped_column(Text)
    method_last4: Mapped[str | None] = mapped_column(Text)
    flag: Mapped[str | None] = mapped_column(Text)
    receipt_number: Mapped[str | None] = mapped_column(Text, unique=True)
    resolved_note: Mapped[str | None] = mapped_column(Text)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolved_by: Mapped[str | None] = mapped_column(Text)

    invoice: Mapped[Invoice | None] = relationship(lazy="joined", innerjoin=False)
    allocations: Mapped[list["PaymentAllocation"]] = relationship(lazy="selectin")

    @property
    def amount(self) -> Money:
        """What was paid, in the currency it was paid in."""
        return Money(self.amount_cents, self.currency)

    @property
    def unapplied(self) -> Money:
        """What of it is applied to no invoice. Without a flag that is nothing, also where the release before recorded it."""
        applied = self.amount_cents if self.flag is None else sum(each.amount_cents for each in self.allocations)
        return Money(self.amount_cents - applied, self.currency)


class PaymentAllocation(Base):
    """What of a payment is applied to an invoice. A payment without a flag is applied wholly; what is not applied waits for a person."""

    __tablename__ = "payment_allocations"
    __table_args__ = {"info": APPEND_ONLY}

    payment_id: Mapped[UUID] = mapped_column(ForeignKey("payments.id"), primary_key=True)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"), primary_key=True)
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Instant)


class Checkout(Base):
    """A hosted payment page that was opened for an invoice."""

    __tablename__ = "checkouts"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    invoice_id: Mapped[UUID] = mapped_column(ForeignKey("invoices.id"))
    attempt: Mapped[int]
    provider_checkout_id: Mapped[str] = mapped_column(Text, unique=True)
    pay_url: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text, default="open")
    opened_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    asks: Mapped[int] = mapped_column(default=0)
    ask_due_at: Mapped[datetime] = mapped_column(Instant)


class PaymentNotice(Base):
    """A genuine notice of the provider that is no payment to be recorded, once for each; a flag says why a person must look."""

    __tablename__ = "payment_notices"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(Text, unique=True)
    type: Mapped[str | None] = mapped_column(Text)
    flag: Mapped[str | None] = mapped_column(Text)
    received_at: Mapped[datetime] = mapped_column(Instant)
    provider_payment_id: Mapped[str | None] = mapped_column(Text)
    provider_checkout_id: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str | None] = mapped_column(Text)
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))
    amount_cents: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str | None] = mapped_column(Text)
    said: Mapped[str | None] = mapped_column(Text)
    resolved_note: Mapped[str | None] = mapped_column(Text)
    resolved_at: Mapped[datetime | None] = mapped_column(Instant)
    resolved_by: Mapped[str | None] = mapped_column(Text)

    invoice: Mapped[Invoice | None] = relationship(lazy="joined", innerjoin=False)

    @property
    def amount(self) -> Money | None:
        """What it is about, where it says so."""
        return None if self.amount_cents is None or self.currency is None else Money(self.amount_cents, self.currency)

    @property
    def state(self) -> str:
        """Says whether a person must look: `noted` where nobody need, else `open` or `resolved`."""
        if self.flag is None:
            return "noted"
        return "open" if self.resolved_at is None else "resolved"


class LedgerEntry(Base):
    """One fact of the books; its postings sum to zero in each currency (a constraint of the database)."""

    __tablename__ = "ledger_entries"
    __table_args__ = {"info": APPEND_ONLY}

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(Instant)
    kind: Mapped[str] = mapped_column(Text)
    invoice_id: Mapped[UUID | None] = mapped_column(ForeignKey("invoices.id"))
    payment_id: Mapped[UUID | None] = mapped_column(ForeignKey("payments.id"))


class LedgerPosting(Base):
    """One side of an entry: debits are positive cents, credits negative. `detail` is the fee earned or the tax owed."""

    __tablename__ = "ledger_postings"
    __table_args__ = {"info": APPEND_ONLY}

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("ledger_entries.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str] = mapped_column(Text)
    detail: Mapped[str | None] = mapped_column(Text)
    amount_cents: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(Text)


class RenderedDocument(Base):
    """A PDF that was made, so that it is made once: of an invoice as open and as paid, of a receipt."""

    __tablename__ = "papers"
    __table_args__ = {"info": APPEND_ONLY}

    number: Mapped[str] = mapped_column(Text, primary_key=True)
    language: Mapped[str] = mapped_column(Text, primary_key=True)
    state: Mapped[str] = mapped_column(Text, primary_key=True)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(Instant)
