"""The college's clock, and by when something is due."""
