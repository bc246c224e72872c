"""What one service does at 1, 2 and 3 replicas, and what a request and a registration cost by process."""
