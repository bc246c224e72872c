"""What holds over several services: access, the audit trail, personal data, retention."""
