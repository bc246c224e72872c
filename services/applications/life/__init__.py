"""The life of an application: its states, submission, lapse, and what its timeline tells."""
