"""The database: engine, unit of work, outbox, inbox, audit trail, migrations, and how lists are ordered and searched."""
