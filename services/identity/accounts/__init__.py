"""Accounts: opened, activated, found, numbered, migrated, and the roles they hold."""
