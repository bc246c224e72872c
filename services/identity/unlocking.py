"""Ending the waiting between tries to sign in, by a link that only the account's owner gets (B10)."""

from services.common.work import Work
from services.contracts.college import College
from services.contracts.identity import UnlockRequested
from services.identity import alike, lookup, mailed_links, throttle
from services.identity.mailed_links import Purpose
from services.identity.settings import IdentitySettings


def request(work: Work, settings: IdentitySettings, college: College, login: str) -> None:
    """Has a link mailed if failures are counted at the account that the login means; the answer does not say whether there is one."""
    found = lookup.by_login(work.session, login.strip(), college.numbering.application_id)
    account = lookup.by_id(work.session, found.id, lock=True) if found else None
    slowed = account is not None and throttle.is_counting(work, account.id) and account.suspended_at is None
    if account is not None and slowed:
        work.announce(
            UnlockRequested,
            account_id=account.id,
            sealed_link=mailed_links.issue(work, settings, account, Purpose.UNLOCK, settings.password_link_hours),
            expires_hours=settings.password_link_hours,
        )
    else:
        alike.pass_the_time(work, settings, statements=3 if account else 7)
    work.audit("unlock:request", f"account/{account.id}" if account else "unlock", after={"mailed": slowed})


def unlock(work: Work, token: str) -> None:
    """Forgets the failures at the account that the link belongs to; further ones count anew. Raises LinkNotValid.

    Whoever guesses the password gains no try: the link goes to the owner alone, works once, and opens nothing by itself.
    """
    account, _ = mailed_links.use(work, token, Purpose.UNLOCK)
    throttle.forgive(work, account.id)
    work.audit("sign-in:unlock", f"account/{account.id}")
