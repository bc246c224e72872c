"""What runs the suite: its shares, what each writes down, what hangs, what is cleared away."""
