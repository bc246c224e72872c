"""Tests of the floor's rules."""
