"""The project itself: its structure, its documents, its suite."""
