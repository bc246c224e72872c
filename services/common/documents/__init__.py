"""Files and documents: stored by their digest, scanned, rendered as PDF, sealed."""
