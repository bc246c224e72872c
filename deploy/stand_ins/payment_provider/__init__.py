"""A stand-in for a hosted payment provider: a process of its own, spoken to over HTTP, answering by signed webhooks."""
