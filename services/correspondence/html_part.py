"""The HTML part of a mail, made from its plain text: paragraphs, lists and links, each part marked with its language."""

import re
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

_RULE = re.compile(r"\n\n?-{60}\n\n")  # what the profile writes between the two languages of a body
_BULLET = "- "
_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass
class Block:
    """A paragraph of lines, or a list of items."""

    lines: list[str]
    items: list[str]


@dataclass
class Part:
    """A part of the text in one language."""

    language: str
    blocks: list[Block]


def html_of(subject: str, body: str, language: str, in_both: bool) -> str:
    """Gives the page of a text in `language`, escaped; with `in_both`, the part below the rule is in the other language."""
    texts = _RULE.split(body, maxsplit=1) if in_both else [body]
    languages = (language, "en" if language == "fr" else "fr")
    parts = [Part(code, _blocks(text)) for code, text in zip(languages, texts, strict=False)]
    return _templates.get_template("mail.html").render(subject=subject, parts=parts)


def _blocks(text: str) -> list[Block]:
    blocks: list[Block] = []
    for chunk in re.split(r"\n\s*\n", text.strip()):
        lines = chunk.split("\n")
        if not lines[0].startswith(_BULLET):
            blocks.append(Block(lines, []))
            continue
        # Items that stand apart are one list, so that a screen reader counts them together.
        if not (blocks and blocks[-1].items):
            blocks.append(Block([], []))
        items = blocks[-1].items
        for line in lines:
            if line.startswith(_BULLET):
                items.append(line.removeprefix(_BULLET))
            else:
                items[-1] += f" {line}"
    return blocks
