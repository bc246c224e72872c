"""Runs this service's migrations inside Alembic."""

from services.common.persistence.migrate import run_environment

run_environment()
