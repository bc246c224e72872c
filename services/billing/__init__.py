"""Fees, invoices, payments, receipts, refunds, the ledger."""
