"""Taking over the accounts of an earlier system: they keep their address and ID, and have no password until one is chosen (F6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from services.common.kernel.email_addresses import email_key
from services.common.kernel.ids import new_id
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College, NumberSeries
from services.contracts.identity.administration import ImportAccounts, MigratedAccount, RefusedAccount
from services.contracts.identity.events import AccountMigrated
from services.contracts.roles import APPLICANT, REGISTRANT
from services.identity.accounts.lookup import written_application_id
from services.identity.accounts.numbering import next_application_ids
from services.identity.models import Account, HeldRole

SHORTEST_ID = 3


@dataclass(frozen=True)
class Candidate:
    """An account to take over; without an ID it gets one of ours."""

    email: str
    key: str
    application_id: str | None
    language: str
    role: str


@dataclass(frozen=True)
class Holder:
    """Who has an address already."""

    application_id: str | None
    migrated: bool


def is_usable_id(application_id: str) -> bool:
    """Says whether people can sign in with an ID of an earlier system: it can be printed, is not too short, and is no address."""
    return len(application_id) >= SHORTEST_ID and application_id.isprintable() and "@" not in application_id


def take_over(work: UnitOfWork, college: College, accounts: Sequence[MigratedAccount]) -> ImportAccounts.Reply:
    """Takes over these accounts; those that were taken over before are left as they are, and each that cannot be is told with why.

    The same however often it is repeated, and with a number of statements that does not grow with the number of accounts.
    """
    series = college.numbering.application_id
    candidates, refused = _read(accounts, series)
    imported = known = 0
    while candidates:
        fresh, again, taken = _sort_out(work, candidates)
        added = _insert(work, series, fresh)
        imported, known, refused = imported + len(added), known + again, refused + taken
        # Somebody else may have added an account meanwhile: then it is there now, and the next round tells what it is.
        candidates = [candidate for candidate in fresh if candidate.key not in added]
    return ImportAccounts.Reply(imported=imported, known=known, refused=refused)


def _read(accounts: Sequence[MigratedAccount], series: NumberSeries) -> tuple[list[Candidate], list[RefusedAccount]]:
    candidates, refused = [], []
    for given in accounts:
        application_id = given.application_id
        if application_id is not None:
            application_id = written_application_id(application_id, series)
            if not is_usable_id(application_id):
                refused.append(RefusedAccount(email=given.email, reason="application_id_invalid"))
                continue
        role = REGISTRANT if given.registrant else APPLICANT
        candidates.append(Candidate(given.email, email_key(given.email), application_id, given.language, role))
    return candidates, refused


def _sort_out(work: UnitOfWork, candidates: list[Candidate]) -> tuple[list[Candidate], int, list[RefusedAccount]]:
    """Tells the new ones from those that are here, and from those whose address or ID is somebody else's, also in the same list."""
    keys = [candidate.key for candidate in candidates]
    ids = [candidate.application_id for candidate in candidates if candidate.application_id]
    present = work.session.execute(
        select(Account.email_key, Account.application_id, Account.migrated_at).where(
            or_(Account.email_key.in_(keys), Account.application_id.in_(ids))
        )
    ).all()
    holders = {row.email_key: Holder(row.application_id, row.migrated_at is not None) for row in present}
    taken_ids = {row.application_id for row in present}
    fresh, known, refused = [], 0, []
    for candidate in candidates:
        holder = holders.get(candidate.key)
        if holder and holder.migrated and candidate.application_id in (None, holder.application_id):
            known += 1
        elif holder:
            refused.append(RefusedAccount(email=candidate.email, reason="address_taken"))
        elif candidate.application_id and candidate.application_id in taken_ids:
            refused.append(RefusedAccount(email=candidate.email, reason="application_id_taken"))
        else:
            holders[candidate.key] = Holder(candidate.application_id, migrated=True)
            taken_ids.add(candidate.application_id)
            fresh.append(candidate)
    return fresh, known, refused


def _insert(work: UnitOfWork, series: NumberSeries, fresh: list[Candidate]) -> dict[str, Candidate]:
    """Adds the accounts with their roles and announces them; gives those added by address."""
    if not fresh:
        return {}
    reserved = {candidate.application_id for candidate in fresh if candidate.application_id}
    ours = iter(next_application_ids(work.session, series, sum(not candidate.application_id for candidate in fresh), reserved))
    by_key = {candidate.key: candidate for candidate in fresh}
    # In the order of their addresses: two that take over the same people wait for each other, and neither locks the other out.
    rows = [
        {
            "id": new_id(),
            "email": candidate.email,
            "email_key": candidate.key,
            "application_id": candidate.application_id or next(ours),
            "language": candidate.language,
            "opened_at": work.now,
            "migrated_at": work.now,
        }
        for candidate in sorted(fresh, key=lambda candidate: candidate.key)
    ]
    statement = insert(Account).values(rows).on_conflict_do_nothing().returning(Account.email_key)
    added_keys = set(work.session.scalars(statement))
    added = [row for row in rows if row["email_key"] in added_keys]
    if added:
        _grant_and_announce(work, added, by_key)
    return {key: by_key[key] for key in added_keys}


def _grant_and_announce(work: UnitOfWork, rows: list[dict[str, Any]], by_key: dict[str, Candidate]) -> None:
    granted = [{"account_id": row["id"], "role": by_key[row["email_key"]].role} for row in rows]
    work.session.execute(insert(HeldRole).values([{**grant, "granted_at": work.now} for grant in granted]))
    for row, grant in zip(rows, granted, strict=True):
        taken_over = {"application_id": row["application_id"], "language": row["language"], "active": False}
        work.audit("account:migrate", f"account/{row['id']}", after=taken_over)
        work.audit("role:grant", f"account/{row['id']}", after={"role": grant["role"]})
    work.announce_all(
        AccountMigrated,
        [
            AccountMigrated.Data(
                account_id=row["id"],
                email=row["email"],
                language=row["language"],
                application_id=row["application_id"],
                registrant=by_key[row["email_key"]].role == REGISTRANT,
            )
            for row in rows
        ],
    )
