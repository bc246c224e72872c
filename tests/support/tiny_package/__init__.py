"""The tables of the tiny service: the floor's and no more."""
