"""Ending the waiting between tries to sign in, by a link that only the account's owner gets (B10)."""

from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College
from services.contracts.identity.events import UnlockRequested
from services.identity import constant_time
from services.identity.accounts import lookup, mailed_links
from services.identity.accounts.mailed_links import Purpose
from services.identity.sessions import throttle
from services.identity.settings import IdentitySettings


def request(work: UnitOfWork, settings: IdentitySettings, college: College, login: str) -> None:
    """Has a link mailed if failures are counted at the account that the login means, or so many in the network that it waits.

    The answer does not say whether there is an account.
    """
    found = lookup.by_login(work.session, login.strip(), college.numbering.application_id)
    account = lookup.by_id(work.session, found.id, lock=True) if found else None
    here = throttle.network_wait_s(work) > 0
    slowed = account is not None and (throttle.is_counting(work, account.id) or here) and account.suspended_at is None
    hours = settings.password_link_hours
    sealed_link = mailed_links.issue(work, settings, account, Purpose.UNLOCK, hours) if account is not None and slowed else None
    if account is not None and sealed_link is not None:
        work.announce(UnlockRequested, UnlockRequested.Data(account_id=account.id, sealed_link=sealed_link, expires_hours=hours))
    else:
        constant_time.pass_the_time(work, settings, statements=2 if slowed else 7 if account else 11)
    mailed = {"mailed": sealed_link is not None}
    work.audit("unlock:request", f"account/{account.id}" if account else "unlock", after=mailed)


def unlock(work: UnitOfWork, settings: IdentitySettings, token: str) -> None:
    """Forgets the failures at the account that the link belongs to; further ones count anew. Raises LinkNotValid.

    Where the link was opened the owner is, so that what others go on trying elsewhere keeps nobody waiting there. Whoever guesses the
    password gains no try: the link goes to the owner alone, works once, and opens nothing by itself.
    """
    account, _ = mailed_links.use(work, token, Purpose.UNLOCK)
    throttle.forgive_all(work, settings, account.id)
    work.audit("sign-in:unlock", f"account/{account.id}")
