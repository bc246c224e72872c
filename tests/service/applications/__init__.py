"""Applications, on a real broker and database."""
