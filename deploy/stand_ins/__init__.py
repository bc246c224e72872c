"""Stand-ins for what is outside: the payment provider and the mail server, speaking their real protocols."""
