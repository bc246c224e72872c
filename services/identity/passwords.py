"""Passwords: which ones are good enough, and how they are kept (argon2id)."""

import unicodedata
from functools import cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError
from eventlet import tpool
from eventlet.semaphore import Semaphore

from services.contracts.identity import PasswordTooWeak
from services.contracts.identity.shapes import LONGEST_PASSWORD, SHORTEST_PASSWORD
from services.identity.addresses import email_key
from services.identity.secrets_at_rest import new_secret

HASHING_AT_ONCE = 2

# OWASP's parameters for argon2id. A hash made with others is renewed at the next sign-in.
_argon2 = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_slots = Semaphore(HASHING_AT_ONCE)
# What a password is compared with where there is no account, so that the answer takes as long.
_NOBODYS_HASH = _argon2.hash(new_secret())


def check_strength(password: str, email: str) -> None:
    """Lets a password pass that has 12 to 200 characters, is not common and is not the address; raises PasswordTooWeak."""
    plain = _normalised(password)
    known = {*_common(), email_key(email)}
    if not SHORTEST_PASSWORD <= len(plain) <= LONGEST_PASSWORD or plain.casefold() in known:
        raise PasswordTooWeak(shortest=SHORTEST_PASSWORD)


def hash_password(password: str) -> str:
    """Gives the argon2id hash to keep. Other requests of the process go on meanwhile; at most two are hashed at once."""
    with _slots:
        return tpool.execute(_argon2.hash, _normalised(password))


def matches(password: str, kept_hash: str | None) -> bool:
    """Says whether the password is the one kept. With nothing kept it takes the same time and says no."""
    with _slots:
        return tpool.execute(_verify, _normalised(password), kept_hash or _NOBODYS_HASH)


def is_outdated(kept_hash: str) -> bool:
    """Says whether the hash was made with other parameters than ours."""
    return _argon2.check_needs_rehash(kept_hash)


def _verify(password: str, kept_hash: str) -> bool:
    try:
        return _argon2.verify(kept_hash, password)
    except (VerifyMismatchError, InvalidHashError):
        return False


def _normalised(password: str) -> str:
    # The same accented letter is typed as one or as two code points, depending on the keyboard.
    return unicodedata.normalize("NFKC", password)


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))
