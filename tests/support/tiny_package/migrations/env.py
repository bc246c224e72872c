"""Runs the migrations."""

from services.common.migrate import run_environment

run_environment()
