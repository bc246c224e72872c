"""What every command works with: the calls, the session, the words, tables, exit codes."""
