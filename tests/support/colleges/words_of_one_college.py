"""Words that one college has to do with and the next has not, and where one of them stands in a text."""

import re
from collections.abc import Iterator
from pathlib import Path

from services.contracts.college import load_college

ROOT = Path(__file__).resolve().parents[3]
PROFILES = sorted(file.parent for file in (ROOT / "deploy" / "colleges").glob("*/college.yaml"))
# Professions, places, boards, taxes, registers and laws; what the profiles call themselves comes to them.
WORDS = r"""
psychoth[eé]rap\w* | psycholog\w* | social\ work\w* | travail(leur|leuse)?s?\ socia\w* | nurs(e|ing)\b | infirmi\w+
| Ontari\w+ | Toronto | Qu[eé]bec\w* | Alberta | Manitoba | America/\w+ | Canada/\w+
| HPARB | CASPO | (?-i:DCC) | (?-i:TCL) | (?-i:RHPA) | (?-i:LPSR) | (?-i:CASL) | (?-i:LCAP) | PHIPA | PIPEDA | SSWA
| (?-i:HST) | (?-i:TVH) | (?-i:GST) | (?-i:TPS) | (?-i:PST) | (?-i:QST) | (?-i:TVQ)
| jurisprudence
"""


def own_words() -> Iterator[str]:
    """What the profiles call their colleges, professions, laws, hosts and categories."""
    for folder in PROFILES:
        college = load_college(folder)
        yield from (
            college.code,
            *(category.code for on in college.history for category in on.categories if "_" in category.code),
        )
        for on in college.history:
            for text in (
                on.name,
                on.short_name,
                on.words.act,
                on.words.profession,
                on.website,
                *(one.title for one in on.categories),
            ):
                yield from (re.sub(r"^https?://(www\.)?", "", written) for written in (text.en, text.fr))


OWN = "|".join(re.escape(word) for word in sorted(set(own_words()), key=len, reverse=True))
OF_ONE_COLLEGE = re.compile(rf"(?<![^\W_])(?:{OWN}|{WORDS.strip()})(?![^\W_])".replace("\n", ""), re.IGNORECASE | re.VERBOSE)


def found_in(text: str) -> list[str]:
    """Each of these words in a text."""
    return [match[0] for match in OF_ONE_COLLEGE.finditer(text)]
