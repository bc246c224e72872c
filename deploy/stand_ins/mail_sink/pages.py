"""The inbox as pages: a list with search and paging, and one page per mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from deploy.stand_ins.mail_sink.mails import Contents, Mail
from deploy.stand_ins.mail_sink.texts import TEXTS

FOLDER = Path(__file__).parent / "templates"
STYLE = (FOLDER / "style.css").read_text(encoding="utf-8")
PAGE_SIZE = 50
# Links of a shown mail open beside the inbox instead of inside its frame.
FRAME_START = '<base target="_blank">'


@dataclass(frozen=True)
class ListPage:
    """One page of the list: what was searched, which page (from 1), and what there is."""

    to: str
    number: int
    mails: Sequence[Mail]
    total: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE_SIZE))


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"


_templates = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
_templates.filters["moment"] = _moment


def list_page(page: ListPage, language: str) -> str:
    """Return the list of mails."""
    return _rendered("list.html", language, page=page)


def mail_page(mail: Mail, full: Contents, language: str) -> str:
    """Return one mail; its HTML part goes into a frame that may run nothing and load nothing."""
    return _rendered("mail.html", language, mail=mail, full=full, frame=FRAME_START + full.html)


def missing_page(language: str) -> str:
    """Return the page for a mail that is not there."""
    return _rendered("missing.html", language)


def _rendered(template: str, language: str, **values: Any) -> str:
    other = "en" if language == "fr" else "fr"
    return _templates.get_template(template).render(language=language, other=other, texts=TEXTS[language], **values)
