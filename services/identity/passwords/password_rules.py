"""Which passwords are good enough: not too short, not known to everybody, and not made of the college's own name."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from services.common.kernel.email_addresses import email_key
from services.common.kernel.text import LANGUAGES
from services.common.settings import Settings
from services.contracts.college import College
from services.contracts.college_provider import loaded
from services.contracts.identity.errors import PasswordBreached, PasswordNamesCollege, PasswordTooWeak
from services.contracts.identity.shapes import LONGEST_PASSWORD, SHORTEST_PASSWORD
from services.identity.passwords.breached_passwords import BreachedPasswords
from services.identity.passwords.passwords import normalised

SHORTEST_WORD = 4  # shorter ones stand in too many words by chance
LONG_WORD = 8  # longer ones are found also where signs stand between their letters


@dataclass(frozen=True)
class PasswordRules:
    """The rules of one college; without a list of breached passwords only the common ones are refused."""

    own_words: frozenset[str] = frozenset()
    breached: BreachedPasswords | None = None

    @classmethod
    def read(cls, settings: Settings) -> "PasswordRules":
        """Reads COLLEGE_PROFILE, PUBLIC_URL and BREACHED_PASSWORDS_FILE; each may be missing. Raises ProfileError, UnfitFile."""
        profile, file = settings.optional("COLLEGE_PROFILE"), settings.optional("BREACHED_PASSWORDS_FILE")
        words = own_words(loaded(profile), settings.optional("PUBLIC_URL")) if profile else frozenset()
        return cls(words, BreachedPasswords(Path(file)) if file else None)

    def check(self, password: str, email: str) -> None:
        """Lets a password pass that has 12 to 200 characters, is not common, not known from a breach, not the address, and names no college.

        Raises PasswordTooWeak, PasswordNamesCollege, PasswordBreached.
        """
        plain = normalised(password)
        known = {*_common(), email_key(email)}
        if not SHORTEST_PASSWORD <= len(plain) <= LONGEST_PASSWORD or plain.casefold() in known:
            raise PasswordTooWeak(shortest=SHORTEST_PASSWORD)
        if self._names_college(plain):
            raise PasswordNamesCollege(shortest=SHORTEST_PASSWORD)
        if self.breached is not None and any(self.breached.has(typed) for typed in {password, plain}):
            raise PasswordBreached(shortest=SHORTEST_PASSWORD)

    def _names_college(self, plain: str) -> bool:
        folded, bare = _folded(plain), _bare(plain)
        return any(word in folded or (len(word) >= LONG_WORD and word in bare) for word in self.own_words)


def own_words(college: College, public_url: str) -> frozenset[str]:
    """Gives the college's name, short name, code and profession in both languages, and the hosts of its pages, as they are compared.

    Those of all days: whoever knows the college knows its former names.
    """
    texts = {text for known in college.history for text in (known.name, known.short_name, known.words.profession)}
    named = [text.in_(language) for text in texts for language in LANGUAGES]
    websites = {known.website.in_(language) for known in college.history for language in LANGUAGES}
    named += [word for known in college.history for word in known.access.weak_words]
    hosts = [urlsplit(url).hostname or "" for url in (public_url, *websites)]
    words = {_bare(name) for name in (college.code, *named)} | {_folded(host.removeprefix("www.")) for host in hosts}
    return frozenset(word for word in words if len(word) >= SHORTEST_WORD)


def _folded(text: str) -> str:
    """Without case and accents."""
    return "".join(sign for sign in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(sign))


def _bare(text: str) -> str:
    """Letters and digits only, so that signs and spaces between them make no difference."""
    return re.sub(r"[\W_]+", "", _folded(text))


@cache
def _common() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line.casefold() for line in lines if line and not line.startswith("#"))
