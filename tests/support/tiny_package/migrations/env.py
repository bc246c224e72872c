"""Runs the migrations."""

from services.common.persistence.migrate import run_environment

run_environment()
