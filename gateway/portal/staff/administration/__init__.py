"""The audit trail, dead letters, certificates that wait, and requests for a way back in."""
