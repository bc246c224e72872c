"""A mail server that delivers nothing: it keeps every mail on this machine and shows it in a readable inbox over HTTP."""
