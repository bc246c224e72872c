"""QA, on a real broker and database."""
