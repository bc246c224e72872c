"""Everything that puts the college on a machine."""
