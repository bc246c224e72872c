"""What crosses the bus: one module per owner, its calls and its events."""
