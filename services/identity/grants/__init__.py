"""What people let others do: delegations, programs of others, and what has been revoked."""
