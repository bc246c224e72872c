"""The fonts of papers: those in this repository, and those in the folder that `FONTS_FOLDER` names, on every machine the same.

Chinese, Japanese and Korean come from the folder: their font is larger than this repository. It is looked at again for every paper, so that
fonts that are laid there are used without a stop. Which fonts, and why so: templates/fonts/README.md.
"""

import os
from pathlib import Path

import typst

OURS = Path(__file__).resolve().parent / "templates" / "fonts"
SETTING = "FONTS_FOLDER"
_KINDS = {".ttf", ".otf", ".ttc", ".otc"}

State = tuple[tuple[str, int], ...]


def folder() -> Path | None:
    """The folder with further fonts; None when there is none."""
    named = os.environ.get(SETTING)
    return Path(named) if named else None


def state() -> State:
    """What lies in that folder: the same as long as nothing there changes."""
    there = folder()
    if there is None:
        return ()
    try:
        with os.scandir(there) as files:
            return tuple(sorted((file.path, file.stat().st_mtime_ns) for file in files if Path(file.name).suffix in _KINDS))
    except OSError:
        return ()


def load() -> typst.Fonts:
    """Reads which fonts there are (0.01 s, with Chinese, Japanese and Korean 0.04 s); a font itself is read when a paper needs it."""
    there = folder()
    return typst.Fonts(include_system_fonts=False, font_paths=[OURS, *([there] if there is not None and there.is_dir() else [])])
