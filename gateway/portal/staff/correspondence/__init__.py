"""The message log and the mailing list."""
