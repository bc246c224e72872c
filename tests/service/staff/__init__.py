"""The staff's command line, on real services."""
