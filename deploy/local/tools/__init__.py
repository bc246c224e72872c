"""The operator's tools: backup and restore, the checker, keys and seals, logs read together."""
