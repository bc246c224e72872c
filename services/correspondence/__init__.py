"""The correspondence service: every message to a person, by mail and in the portal's inbox, and what became of it."""
