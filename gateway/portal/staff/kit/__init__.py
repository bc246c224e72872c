"""What the staff's lists and tables have in common."""
