"""The review of applications: the queue, assignments, decisions, and what changed since a version."""
