"""Finding people by a part of a name, forgiving of accents, case and signs, through an index of the letters that follow each other.

The index is made in a migration (`floor_migration.index_names`); it keeps names in the form of `name_key`, as the register does.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

# Fewer letters than the index keeps together are looked for where a word begins, as anywhere they would be in every other name.
SHORTEST_ANYWHERE = 3


def has(column: Any, typed: str) -> ColumnElement[bool]:
    """Whether a name has what was typed in it; nothing has what is only signs, such as a lone %."""
    key = func.name_key(typed)
    name = func.name_key(column)
    if len(typed.strip()) < SHORTEST_ANYWHERE:
        found: ColumnElement[bool] = or_(name.like(func.concat(key, "%")), name.like(func.concat("% ", key, "%")))
    else:
        found = name.like(func.concat("%", key, "%"))
    return and_(key != "", found)
