"""The same command twice is one command: the key, what was asked and what was answered are kept with the effect."""

import hashlib
from typing import Any

import orjson
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.common.kernel.contract import Call
from services.common.kernel.errors import IdempotencyKeyReused
from services.common.kernel.records import Record
from services.common.persistence.statements import rows_changed
from services.common.persistence.tables import idempotency


def earlier_reply(session: Session, contract: type[Call], key: str, caller: str, request: Record) -> dict[str, Any] | None:
    """Claims the key in this transaction and gives nothing, or gives the reply of the time before.

    Two at once: the second waits for the first to commit. Raises IdempotencyKeyReused if the key came with another request.
    """
    call, digest = f"{contract.owner}.{contract.method}", request_digest(contract, request)
    claim = insert(idempotency).values(key=key, call=call, caller=caller, request_hash=digest).on_conflict_do_nothing()
    if rows_changed(session, claim) == 1:
        return None
    row = session.execute(
        select(idempotency.c.request_hash, idempotency.c.reply).filter_by(key=key, call=call, caller=caller)
    ).one()
    if bytes(row.request_hash) != digest:
        raise IdempotencyKeyReused()
    given: dict[str, Any] | None = row.reply
    return given


def keep_reply(session: Session, contract: type[Call], key: str, caller: str, reply: dict[str, Any]) -> None:
    """Keeps the reply beside the claim, for the next time."""
    where = {"key": key, "call": f"{contract.owner}.{contract.method}", "caller": caller}
    session.execute(update(idempotency).filter_by(**where).values(reply=reply))


def request_digest(contract: type[Call], request: Record) -> bytes:
    """Gives the digest of what was asked. Fields marked secret (a password) are left out: a digest of them could be guessed."""
    payload = {name: value for name, value in contract.write(request).items() if name not in contract.secret_fields()}
    return hashlib.sha256(orjson.dumps(payload, option=orjson.OPT_SORT_KEYS)).digest()
