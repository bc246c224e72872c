"""The message bus: its topology, connections, calls with a deadline, and events that are not lost."""
