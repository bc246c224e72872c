"""Command-line tools for the college's staff: `python -m staff`."""
