"""The seam between services, gateway and staff tools: a field that a contract does not have is an error wherever it is written or read."""

from uuid import UUID

from gateway.context import Context
from services.common.bus.rpc_server import rpc
from services.common.kernel.ids import new_id
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.billing.events import PaymentReceived
from services.contracts.billing.invoices import ByNumber, GetInvoice
from services.contracts.identity.accounts import GetMe
from services.contracts.identity.shapes import Account
from services.contracts.registry import LookUpRegistrant, PublicRegistrant, RegistrantForStaff
from staff.terminal.context import Context as StaffContext


def a_page_reads(context: Context) -> UUID:
    invoice = context.ask(GetInvoice, number="INV-1")
    invoice.figure  # type: ignore[attr-defined]
    invoice["number"]  # type: ignore[index]
    me, again = context.together((GetMe, {}), (GetInvoice, {"number": invoice.number}))
    me.figure, again.address_of  # type: ignore[attr-defined]
    return me.number  # type: ignore[attr-defined]


def a_round_reads(context: Context) -> str:
    with context.round() as asked:
        me = asked.ask(GetMe)
    me.reply.address_of  # type: ignore[attr-defined]
    return me.reply.id  # type: ignore[return-value]


def a_command_reads(context: StaffContext) -> str:
    return context.call(GetInvoice, number="INV-1").issued_on  # type: ignore[return-value]


def a_view_is_told_apart(context: Context) -> PublicRegistrant:
    registrant = context.ask(LookUpRegistrant, number="1")
    registrant.account_id  # type: ignore[attr-defined]
    if isinstance(registrant, RegistrantForStaff):
        registrant.account_id
    return registrant


def a_handler_reads(event: PaymentReceived.Data) -> UUID:
    event.settled_at  # type: ignore[attr-defined]
    return event.paid_at  # type: ignore[return-value]


class AnEntryPoint:
    @rpc(GetInvoice)  # type: ignore[arg-type]
    def get_invoice(self, work: UnitOfWork, request: ByNumber) -> Account:
        raise NotImplementedError

    @rpc(GetMe)
    def get_me(self, work: UnitOfWork) -> Account:
        return Account(id=new_id(), address_of="", application_id=None, language="en", roles=[])  # type: ignore[call-arg]


def a_use_case_announces(event: PaymentReceived.Data) -> PaymentReceived.Data:
    return PaymentReceived.Data(payment=event.payment_id)  # type: ignore[call-arg]
