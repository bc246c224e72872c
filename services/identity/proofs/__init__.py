"""Proofs of who somebody is: authenticator apps, passkeys, recovery codes, and when one is asked for again."""
