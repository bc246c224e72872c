"""What every service answers alike: dead letters, the audit trail, retention, personal data, legal holds."""
