"""The queue and the review of applications."""
