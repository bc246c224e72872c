"""What people call the states of invoices and the faults of payments: one table for each kind, read wherever it is shown."""

from services.common.kernel.text import Text, Words
from services.contracts.college.charges import COMPLETES_SUBMISSION, FINALISES_REGISTRATION

INVOICE_STATES: Words = {
    "open": Text("To be paid", "À payer"),
    "being_finalised": Text("Paid, being processed", "Payée, en cours de traitement"),
    "finalised": Text("Paid", "Payée"),
    "void": Text("Cancelled", "Annulée"),
}
# Paid, by what is on its way then (B1).
PAID_AND_ON_ITS_WAY: Words = {
    FINALISES_REGISTRATION: Text("Paid, registration in progress", "Payée, inscription en cours"),
    COMPLETES_SUBMISSION: Text("Paid, being added to the application", "Payée, en cours d’ajout à la demande"),
}
# What is wrong with a payment.
PAYMENT_FLAGS: Words = {
    "amount_mismatch": Text("Another amount than that of the invoice", "Montant différent de celui de la facture"),
    "currency_mismatch": Text("Another currency than that of the invoice", "Devise différente de celle de la facture"),
    "unknown_invoice": Text("No such invoice", "Facture inexistante"),
    "already_paid": Text("The invoice was paid already", "Facture déjà payée"),
    "invoice_void": Text("The invoice was cancelled", "Facture annulée"),
}
# What another notice of the payment provider brings that a person must look at.
NOTICE_FLAGS: Words = {
    "refund": Text("Money was given back", "Remboursement"),
    "dispute": Text("The payment is disputed", "Paiement contesté"),
    "unknown": Text("A kind of notice that we do not know", "Genre d’avis que nous ne connaissons pas"),
    "unreadable": Text("Cannot be read", "Illisible"),
}


def state_of(state: str, effect: str | None) -> Text:
    """What the state of an invoice is called, by what its payment brings about."""
    return (PAID_AND_ON_ITS_WAY.get(effect or "") if state == "being_finalised" else None) or INVOICE_STATES[state]
