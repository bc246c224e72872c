"""Invoices, payments, and the payment provider's notices."""
