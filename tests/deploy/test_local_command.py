"""The operator's command: what it reads, what it shows, how logs are merged."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from deploy.local.__main__ import _parser, main, read_scale
from deploy.local.errors import OperatorError
from deploy.local.tools import log_view, signing_keys
from deploy.local.tools.keys import Keys

REPOSITORY = Path(__file__).resolve().parents[2]


def test_scale_is_read_with_commas_or_spaces() -> None:
    assert read_scale("registry=2,billing=3 qa=1") == {"registry": 2, "billing": 3, "qa": 1}
    assert read_scale("") == {}


@pytest.mark.parametrize("text", ["registry", "registry=two", "=2x", "registry=-1"])
def test_a_malformed_scale_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(OperatorError, match="registry=2,billing=2"):
        read_scale(text)


def test_a_mistake_is_told_in_a_line_without_a_traceback(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["logs", "--run-dir", str(tmp_path), "--component", "nobody"]) == 1
    assert capsys.readouterr().err.startswith("error: There is no component 'nobody'")


def test_status_of_a_machine_where_nothing_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["status", "--run-dir", str(tmp_path)]) == 1
    shown = capsys.readouterr().out
    assert "rabbitmq" in shown
    assert "payment_provider" in shown
    assert "down" in shown


def test_options_of_the_staff_accounts_are_passed_on_as_they_are_written(tmp_path: Path) -> None:
    asked = ["staff-accounts", "--run-dir", str(tmp_path), "add", "ana@college.example.org", "--role", "registrar"]
    assert _parser().parse_args(asked).rest == asked[3:]


def write(folder: Path, name: str, *lines: object) -> None:
    text = "".join((line if isinstance(line, str) else json.dumps(line)) + "\n" for line in lines)
    (folder / f"{name}.log").write_text(text)


def test_logs_are_merged_by_time_and_plain_lines_stay_with_the_line_before_them(tmp_path: Path) -> None:
    write(
        tmp_path,
        "billing.1",
        {"at": "2026-11-23T10:00:01Z", "level": "info", "event": "b"},
        "Traceback",
        {"at": "2026-11-23T10:00:03Z", "event": "d"},
    )
    write(tmp_path, "registry.2", {"at": "2026-11-23T10:00:02Z", "event": "c", "cents": 5, "correlation_id": "x-1"})
    read = log_view.read(tmp_path, log_view.Choice())
    assert [line.fields.get("event", line.text) for line in read] == ["b", "Traceback", "c", "d"]
    assert read[2].readable().split() == ["registry.2", "2026-11-23T10:00:02Z", "x-1", "c", "cents=5"]
    assert [line.text for line in log_view.read(tmp_path, log_view.Choice(component="registry"))] == [read[2].text]
    assert log_view.read(tmp_path, log_view.Choice(correlation="x-1")) == [read[2]]
    assert log_view.read(tmp_path, log_view.Choice(), last=1) == [read[3]]


def test_following_shows_only_whole_new_lines_and_files_that_appear_later(tmp_path: Path) -> None:
    write(tmp_path, "billing.1", {"at": "1", "event": "old"})
    following = log_view.follow(tmp_path, log_view.Choice())

    def write_later() -> None:
        with (tmp_path / "billing.1.log").open("a") as log:
            log.write('{"at": "3", "event": "half ')
        write(tmp_path, "identity.1", {"at": "2", "event": "other file"})
        time.sleep(0.5)
        with (tmp_path / "billing.1.log").open("a") as log:
            log.write('and half"}\n')

    timer = threading.Timer(0.2, write_later)
    timer.start()
    seen = [next(following).fields["event"] for _ in range(2)]
    timer.join()
    assert seen == ["other file", "half and half"]


def test_make_alone_lists_every_target() -> None:
    shown = subprocess.run(["make", "-s"], cwd=REPOSITORY, capture_output=True, text=True, check=True).stdout
    running = "venv up down status logs destroy demo test test-unit test-service test-journeys bench"
    for target in [*running.split(), "lint", "format", "lock"]:
        assert f"make {target} " in shown


def test_the_command_explains_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "deploy.local", "--help"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    for command in ("up", "down", "status", "logs", "destroy"):
        assert command in done.stdout


def test_the_signing_key_is_changed_and_old_public_keys_are_kept_as_long_as_they_are_needed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing_keys, "LEARNING_S", 0.0)
    assert main(["rotate-keys", "--run-dir", str(tmp_path), "--site", "there"]) == 1
    assert "provision it first" in capsys.readouterr().err
    keys = Keys(tmp_path / "sites" / "there")
    keys.make(())
    before, old = keys.signing_key.read_bytes(), json.loads(keys.verify_keys.read_text())["keys"][0]["kid"]
    assert main(["rotate-keys", "--run-dir", str(tmp_path), "--site", "there"]) == 0
    new = json.loads(keys.verify_keys.read_text())["keys"][0]["kid"]
    assert new != old and new in capsys.readouterr().out
    assert keys.signing_key.read_bytes() != before
    assert keys.signing_key.stat().st_mode & 0o077 == 0
    assert main(["rotate-keys", "--run-dir", str(tmp_path), "--site", "there", "--retire"]) == 0
    assert f"kept    {old}" in capsys.readouterr().out
    assert len(json.loads(keys.verify_keys.read_text())["keys"]) == 2
