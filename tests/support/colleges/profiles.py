"""Copies of the profile that tests may spoil, or give versions."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from services.contracts.college import ProfileError, load_college

ROOT = Path(__file__).resolve().parents[3]
CRPO = ROOT / "deploy" / "colleges" / "crpo"


def copied(folder: Path) -> Path:
    """A copy of the real profile in a folder."""
    return Path(shutil.copytree(CRPO, folder / "profile"))


def edit(file: Path, old: str, new: str) -> int:
    """Replaces the first `old` in a file; gives the line on which it stood."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def add_version(file: Path, since: dt.date, old: str, new: str) -> int:
    """Gives a file two versions: what it says, and from a day on that with `new` for `old`; tells the line on which `new` begins."""
    text = file.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {file.name}"
    first, second = (_version(day, said) for day, said in ((dt.date(2018, 4, 1), text), (since, text.replace(old, new, 1))))
    file.write_text(f"versions:\n{first}{second}", encoding="utf-8")
    place = second.index("\n".join(f"    {line}" if line.strip() else line for line in new.split("\n")).strip())
    return f"versions:\n{first}{second[:place]}".count("\n") + 1


def _version(since: dt.date, text: str) -> str:
    indented = "".join(f"    {line}" if line.strip() else line for line in text.splitlines(keepends=True))
    return f"  - effective_from: {since}\n{indented}"


def faults_of(profile: Path) -> list[str]:
    """What is wrong with a profile, a line for each fault."""
    with pytest.raises(ProfileError) as caught:
        load_college(profile)
    assert str(caught.value).splitlines() == [str(problem) for problem in caught.value.problems]
    return [str(problem) for problem in caught.value.problems]
