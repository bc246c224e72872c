"""Brings the applications database to its newest form."""

from services.common.persistence.migrate import run_environment

run_environment()
