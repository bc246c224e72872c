"""Finding people by parts of a name, in any order, forgiving of accents, case, signs and of how a name is joined or parted.

The indexes are made in migrations (`floor_migration.index_names`, `index_letters`); they keep names in the forms of `name_key`, as the
register does, and of `name_letters`, which has nothing between the letters.
"""

import re
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_

# Fewer letters than the index keeps together are looked for where a word begins, as anywhere they would be in every other name.
SHORTEST_ANYWHERE = 3
MOST_WORDS = 8
# A sign of a script that puts no spaces between its words, or all up to the next space or sign that parts words (as in `name_key`).
_ALONE = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_ALONE}]|[^-\s.,;:!?/\\\"«»“”()\[\]{{}}&|<>*%_+=#@^~$‐‑‒–—…·・{_ALONE}]+")


def has(column: Any, typed: str) -> ColumnElement[bool]:
    """Whether a name has all the words that were typed; nothing has what is only signs, such as a lone %."""
    return and_(func.name_key(typed) != "", *(_has(column, word) for word in _WORD.findall(typed)[:MOST_WORDS]))


def has_nearly(column: Any, typed: str) -> ColumnElement[bool]:
    """Whether a name has all the words that were typed, but for a slip in each: a letter too many, too few, wrong, or two swapped.

    The index is made in a migration (`floor_migration.index_slips`). Short words have to be right: with a slip they would be any other.
    """
    return and_(func.name_key(typed) != "", *(_slips(column, word) for word in _WORD.findall(typed)[:MOST_WORDS]))


def _slips(column: Any, word: str) -> ColumnElement[bool]:
    return func.name_slips(column).op("&&", is_comparison=True)(func.name_slips(word))


def _has(column: Any, word: str) -> ColumnElement[bool]:
    if len(word) >= SHORTEST_ANYWHERE:
        return func.name_letters(column).like(func.concat("%", func.name_letters(word), "%"))
    key, name = func.name_key(word), func.name_key(column)
    return or_(name.like(func.concat(key, "%")), name.like(func.concat("% ", key, "%")))
