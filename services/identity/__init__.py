"""The identity service: accounts, activation, sign-in, sessions and roles."""
