"""What people are written to about: each module one kind of occasion, and the letter that each event brings."""
