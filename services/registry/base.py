"""What every table of registry stands on: one metadata, for the migrations and for the checks that models and tables agree."""

from sqlalchemy.orm import DeclarativeBase

from services.common.persistence.tables import new_metadata


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()
