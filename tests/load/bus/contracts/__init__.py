"""What the benchmark's own services promise."""
