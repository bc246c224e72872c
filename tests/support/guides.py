"""The examples of the guides in `docs/`, for tests that run them."""

import re
from pathlib import Path

DOCS = Path(__file__).resolve().parents[2] / "docs"


def examples(guide: str, language: str) -> list[str]:
    """Gives the blocks of code in one language that a guide shows, in its order."""
    return re.findall(rf"^```{language}\n(.*?)^```$", (DOCS / guide).read_text(), re.M | re.S)
