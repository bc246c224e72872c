"""Identity, on a real broker and database."""
