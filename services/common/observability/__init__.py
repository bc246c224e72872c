"""What an operator sees from outside: logs, metrics and traces."""
