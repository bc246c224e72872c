"""Ways back into an account: forgotten passwords, unlocking, and requests to support."""
