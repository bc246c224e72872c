"""The step of migrations that restates the conditions which earlier releases kept, each as one text, as terms (services/contracts/terms.py)."""

import os

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from services.contracts import terms
from services.contracts.college_provider import loaded

AT_ONCE = 1000


def restate(connection: sa.Connection, table: str, key: str) -> int:
    """Fills the column `terms` of every row that has conditions and gives how many; the profile (COLLEGE_PROFILE) knows the standard ones.

    Raises RuntimeError where there are such rows and no profile is named.
    """
    rows = sa.table(table, sa.column(key, sa.Uuid), sa.column("conditions", JSONB), sa.column("terms", JSONB))
    empty = sa.cast(sa.literal([], JSONB), JSONB)
    of_before = (
        sa.select(rows.c[key], rows.c.conditions).where(rows.c.conditions != empty, rows.c.terms.is_(None)).order_by(rows.c[key])
    )
    fill = rows.update().where(rows.c[key] == sa.bindparam("one")).values(terms=sa.bindparam("stated", type_=JSONB))
    done = 0
    while found := connection.execute(of_before.limit(AT_ONCE)).all():
        college = loaded(_profile())
        connection.execute(fill, [{"one": row_id, "stated": terms.of(college, None, conditions)} for row_id, conditions in found])
        done += len(found)
    return done


def _profile() -> str:
    try:
        return os.environ["COLLEGE_PROFILE"]
    except KeyError:
        raise RuntimeError(
            "there are conditions to restate: name the college's profile in COLLEGE_PROFILE, then migrate again"
        ) from None
