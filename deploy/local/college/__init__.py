"""One running college: its settings, its keys and databases, its processes, brought up and down."""
