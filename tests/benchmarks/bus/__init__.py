"""`make bench-bus`: how fast calls, reads and events are, as ratios to a floor measured in the same run."""
