"""Self-assessments, PD cycles, attestations, peer and practice review."""
