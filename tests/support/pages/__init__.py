"""A real browser, and readers of pages and of HTTP."""
