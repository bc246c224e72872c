"""Colleges of the tests: profiles changed, a second one, one that charges; and the words that belong to one."""
