"""The floor that all services stand on: calls, events, outbox, keys, the broker's rights."""
