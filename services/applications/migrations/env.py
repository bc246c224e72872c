"""Brings the applications database to its newest form."""

from services.common.migrate import run_environment

run_environment()
