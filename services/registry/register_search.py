"""Searching the public register by name or number: forgiving of accents, case, order and unfinished words (B5).

One statement asks the database for the form of the question that names are kept in, one for the page. A single word meets the
beginnings of last names through the ordered index, which is quick however many there are, and all other names by their words.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, Subquery, and_, cast, func, literal, not_, select, text, tuple_, union_all
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from services.common.kernel.paging import a_text, an_id, read_cursor, write_cursor
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.registry import SearchRegister
from services.registry.models import RegisterEntry, Registrant
from services.registry.register import listed, read_number

MOST_WORDS = 8
# Shorter single words would fit a good part of the register: they are looked for at the beginning of last names only.
SHORTEST_WORD_ANYWHERE = 3
AFTER_ALL = "\U0010ffff"

_entries = RegisterEntry.__table__
_PRESENT = text("upper_inf(valid)")  # as in the indexes' own words, so that they are used
_SHOWN = [_entries.c[name] for name in ("legal_name", "commonly_used_name", "category", "status")]
_ORDER = (_entries.c.last_key, _entries.c.first_key, _entries.c.registrant_id)


def search(work: UnitOfWork, college: College, request: SearchRegister.Request) -> SearchRegister.Reply:
    """Gives a page of the register for what was typed: a number, names or their beginnings in any order, or nothing for all.

    Sorted by last and first name. Raises Invalid for a cursor that is none of ours.
    """
    after = read_cursor(request.cursor, a_text, a_text, an_id)
    typed = request.name.strip()
    chosen = _chosen(work.session, college, typed, after, request.limit)
    rows = [] if chosen is None else _shown(work.session, chosen)
    page = rows[: request.limit]
    more = len(rows) > request.limit
    return SearchRegister.Reply(
        registrants=[listed(college, row) for row in page],
        next_cursor=write_cursor(page[-1].last_key, page[-1].first_key, page[-1].registrant_id) if more else None,
    )


def _chosen(session: Session, college: College, typed: str, after: list[Any] | None, limit: int) -> Select[Any] | None:
    if not typed:
        return _in_order([], after, limit)
    number = read_number(college, typed)
    if number is not None:
        bearer = select(Registrant.id).where(Registrant.registration_number == number).scalar_subquery()
        return _in_order([_entries.c.registrant_id == bearer], after, limit)
    key: str = session.execute(select(func.name_key(typed))).scalar_one()
    words = key.split()[:MOST_WORDS]
    if not words:
        return None  # only signs, such as a lone %
    if len(words) > 1:
        return _by_words([_has(words)], after, limit)
    last_name = and_(_entries.c.last_key >= key, _entries.c.last_key < key + AFTER_ALL)
    beginning = _in_order([last_name], after, limit)
    if len(key) < SHORTEST_WORD_ANYWHERE:
        return beginning
    elsewhere = _by_words([_has(words), not_(last_name)], after, limit)
    return _first(union_all(beginning.subquery().select(), elsewhere.subquery().select()).subquery(), limit)


def _has(words: list[str]) -> ColumnElement[bool]:
    """Whether each word begins a word of the names, perhaps two that stand together as one: “O Brien” is also OBrien."""
    ways = [words] + [[*words[:at], words[at] + words[at + 1], *words[at + 2 :]] for at in range(len(words) - 1)]
    return _entries.c.words.op("@@")(cast(literal(" | ".join(f"({_each(way)})" for way in ways)), TSQUERY))


def _each(words: list[str]) -> str:
    quoted = (word.replace("\\", "\\\\").replace("'", "''") for word in words)
    return " & ".join(f"'{word}':*" for word in quoted)


def _in_order(which: list[ColumnElement[bool]], after: list[Any] | None, limit: int) -> Select[Any]:
    """Chooses a page by walking the ordered index."""
    return _present(which, after).order_by(*_ORDER).limit(limit + 1)


def _by_words(which: list[ColumnElement[bool]], after: list[Any] | None, limit: int) -> Select[Any]:
    """Chooses a page by finding all that fit through the index of words, then sorting.

    OFFSET 0 keeps the two apart: left to itself, PostgreSQL walks the ordered index in the hope of a match, and for a rare name that is the
    whole register.
    """
    return _first(_present(which, after).offset(0).subquery(), limit)


def _present(which: list[ColumnElement[bool]], after: list[Any] | None) -> Select[Any]:
    statement = select(*_SHOWN, *_ORDER).where(_PRESENT, *which)
    return statement if after is None else statement.where(tuple_(*_ORDER) > tuple_(*(literal(part) for part in after)))


def _first(found: Subquery, limit: int) -> Select[Any]:
    """Takes one row more than a page holds, to know whether another page follows."""
    return select(found).order_by(found.c.last_key, found.c.first_key, found.c.registrant_id).limit(limit + 1)


def _shown(session: Session, chosen: Select[Any]) -> Sequence[Row[Any]]:
    page = chosen.subquery()
    return session.execute(
        select(Registrant.registration_number, page)
        .join(Registrant, Registrant.id == page.c.registrant_id)
        .order_by(page.c.last_key, page.c.first_key, page.c.registrant_id)
    ).all()
