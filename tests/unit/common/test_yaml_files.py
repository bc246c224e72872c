"""YAML is taken literally, and what could surprise its reader is refused."""

from pathlib import Path

import pytest

from services.common.kernel.yaml_files import ProfileError, read_yaml


def test_words_that_yaml_would_change_stay_as_they_are_written(tmp_path: Path) -> None:
    file = tmp_path / "words.yaml"
    file.write_text("[yes, off, 17:00, 2024-02-30, 010, 1_000, 0x1f, .inf, true, null, 12, 1.50, '12']", encoding="utf-8")
    kept = ["yes", "off", "17:00", "2024-02-30", "010", "1_000", "0x1f", ".inf"]
    assert read_yaml(file).data == [*kept, True, None, 12, 1.5, "12"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("a: &one [1]\nb: *one", 1, "aliases"),
        ("a: 1\nb: !!python/name:os.system", 2, "the tag"),
        ("a: 1\n? [b, c]\n: 2", 2, "a key must be a word"),
        ("a: \x00", 1, "cannot be read"),
    ],
)
def test_the_other_half_of_yaml_is_refused(tmp_path: Path, text: str, line: int, message: str) -> None:
    file = tmp_path / "words.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProfileError) as caught:
        read_yaml(file)
    (only,) = caught.value.problems
    assert only.line == line and only.message.startswith(message)
