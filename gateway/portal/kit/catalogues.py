"""Keeps the French catalogue in step with templates and code: `python -m gateway.portal.kit.catalogues` (`make texts`) extracts and updates."""

import re
import sys
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from gateway.portal.kit.texts import FRENCH

FOLDER = Path(__file__).parents[1]
_METHODS = [("**/templates/**.html", "jinja2"), ("**.py", "python")]
_OPTIONS = {"**/templates/**.html": {"trimmed": "true", "silent": "false"}}
_PLACE = re.compile(r"%\(\w+\)s")


def extracted() -> Catalog:
    """Gives every text that templates and code name."""
    found = Catalog(locale="fr")
    texts = extract_from_dir(FOLDER, _METHODS, _OPTIONS, comment_tags=("For translators:",))
    for name, _line, message, comments, context in sorted(texts, key=lambda text: text[0]):
        found.add(message, None, [(name, 0)], auto_comments=comments, context=context)
    return found


def stored() -> Catalog:
    """Gives the catalogue as it is kept."""
    with FRENCH.open("rb") as file:
        return read_po(file, locale="fr")


def faults() -> list[str]:
    """Says what is wrong with the French texts: missing, doubtful, stale, or with other places than the English."""
    named, kept = extracted(), stored()
    found = [f"missing: {message.id}" for message in named if message.id and not _translated(kept.get(_key(message)))]
    for message in kept:
        if not message.id:
            continue
        if message.fuzzy:
            found.append(f"to be looked at: {message.id}")
        if named.get(_key(message)) is None:
            found.append(f"stale: {message.id}")
        if _translated(message) and _places(message.id) != _places(message.string):
            found.append(f"other places: {message.id}")
    return found + [f"stale: {message.id}" for message in kept.obsolete.values()]


def update() -> None:
    """Takes new texts into the catalogue, to be translated, and leaves out those that are no longer named."""
    kept = stored()
    kept.update(extracted(), no_fuzzy_matching=True)
    kept.obsolete.clear()
    with FRENCH.open("wb") as file:
        write_po(file, kept, width=120, omit_header=True, sort_by_file=True, include_lineno=False)


def _key(message: Message) -> str:
    return message.id[0] if isinstance(message.id, (list, tuple)) else message.id


def _translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    return all(message.string) if isinstance(message.string, (list, tuple)) else bool(message.string)


def _places(texts: str | list[str] | tuple[str, ...] | None) -> set[str]:
    return set(_PLACE.findall(texts if isinstance(texts, str) else " ".join(texts or ())))


if __name__ == "__main__":
    update()
    print("\n".join(faults()) or "The French texts are complete.")
    sys.exit(0)
