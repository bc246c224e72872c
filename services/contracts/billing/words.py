"""What people call the states of invoices and the faults of payments: one table for each kind, read wherever it is shown."""

from services.common.kernel.text import Text, Words

INVOICE_STATES: Words = {
    "open": Text("To be paid", "À payer"),
    "being_finalised": Text("Paid, registration in progress", "Payée, inscription en cours"),
    "finalised": Text("Paid", "Payée"),
    "void": Text("Cancelled", "Annulée"),
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
