"""How passwords are kept (argon2id)."""

import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from eventlet import tpool
from eventlet.semaphore import Semaphore

from services.common.security.token_hashing import new_secret

HASHING_AT_ONCE = 2

# OWASP's parameters for argon2id. A hash made with others is renewed at the next sign-in.
_argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = Semaphore(HASHING_AT_ONCE)
# Each thread keeps the 19 MiB that it has once hashed in: with eventlet's twenty a process came to hold 450 MB. One more, for what else waits.
tpool.set_num_threads(HASHING_AT_ONCE + 1)
# What a password is compared with where there is no account, so that the answer takes as long.
_NOBODYS_HASH = _argon2.hash(new_secret())


def hash_password(password: str) -> str:
    """Gives the argon2id hash to keep. Other requests of the process go on meanwhile; at most two are hashed at once."""
    with _slots:
        given: str = tpool.execute(_argon2.hash, normalised(password))
        return given


def matches(password: str, kept_hash: str | None) -> bool:
    """Says whether the password is the one kept. With nothing kept it takes the same time and says no."""
    with _slots:
        return bool(tpool.execute(_verify, normalised(password), kept_hash or _NOBODYS_HASH))


def still_fits(password: str, checked_hash: str | None, kept_hash: str | None) -> bool:
    """Says whether a password that fitted the hash it was checked with fits the one kept now.

    It may have been changed while it was being checked; or a sign-in at the same moment has renewed an outdated hash of the same one.
    """
    return kept_hash == checked_hash or matches(password, kept_hash)


def is_outdated(kept_hash: str) -> bool:
    """Says whether the hash was made with other parameters than ours."""
    return _argon2.check_needs_rehash(kept_hash)


def _verify(password: str, kept_hash: str) -> bool:
    try:
        return _argon2.verify(kept_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def normalised(password: str) -> str:
    """Gives the password as it is kept and compared."""
    # The same accented letter is typed as one or as two code points, depending on the keyboard.
    return unicodedata.normalize("NFKC", password)
