"""No tables beyond the floor's."""

from sqlalchemy.orm import DeclarativeBase

from services.common.persistence.tables import new_metadata


class Base(DeclarativeBase):
    """The base of this service's tables."""

    metadata = new_metadata()
