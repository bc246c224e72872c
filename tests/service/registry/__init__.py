"""Registry, on a real broker and database."""
