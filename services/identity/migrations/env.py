"""Runs this service's migrations inside Alembic."""

from services.common.migrate import run_environment

run_environment()
