"""Sessions: signing in, the tokens of a session, how it ends, and who is slowed down."""
