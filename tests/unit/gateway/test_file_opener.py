"""A file is opened by a program of its own, which no file makes cost more than it may, and whose end is not the gateway's."""

import os
import tempfile
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import eventlet
import pytest

from gateway.http import errors, file_opener
from gateway.http.file_opener import FileOpener
from gateway.opening.__main__ import MOST_CPU_S, MOST_MEMORY
from tests.support.samples.sample_files import PDF, a_pdf, a_picture, held_upright, png_said_to_be
from tests.support.waiting import PATIENCE_S, until
from tests.unit.gateway.plain_pdf import CATALOG, written

# Twenty thousand pages that share one list of ten thousand contents: minutes of work, in 1 MB.
_PAGES = range(5, 20_005)
HUNGRY = written(
    CATALOG,
    b"<</Type/Pages/Count 20000/Kids[" + b" ".join(b"%d 0 R" % page for page in _PAGES) + b"]>>",
    b"[" + b"4 0 R " * 10_000 + b"]",
    b"<</Length 1>>\nstream\n \nendstream",
    *[b"<</Type/Page/Contents 3 0 R>>"] * len(_PAGES),
)


@contextmanager
def file_of(content):
    with tempfile.TemporaryFile() as file:
        file.write(content)
        file.seek(0)
        yield file


def check(content, media_type="application/pdf", opener=None, account="a"):
    with file_of(content) as file:
        (opener or FileOpener()).check(file, media_type, account)


def programs():
    """The processes that this one started and that have not ended."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = status.read_text().rpartition(")")[2].split()
            if told[1] == str(os.getpid()) and b"gateway.opening" in (status.parent / "cmdline").read_bytes():
                found.append(status.parent)
        except OSError:
            continue
    return found


@pytest.mark.parametrize(
    ("content", "media_type", "refusal"),
    [
        (a_pdf(user="secret"), "application/pdf", errors.FileNeedsPassword),
        (PDF[:-100], "application/pdf", errors.FileDamaged),
        (a_pdf(pages=0), "application/pdf", errors.FileHasNoPage),
        (png_said_to_be(60_000, 60_000), "image/png", errors.TooManyPixels),
        (b"\xff\xd8\xff", "image/jpeg", errors.FileDamaged),
    ],
)
def test_what_cannot_be_opened_is_refused_with_words_that_say_what_to_do(content, media_type, refusal):
    with pytest.raises(refusal) as refused:
        check(content, media_type)
    for language in ("en", "fr"):
        assert "{" not in refused.value.say(language) and len(refused.value.say(language)) > 60
    assert refused.value.status == 422


@pytest.mark.parametrize(
    ("content", "media_type"),
    [(PDF, "application/pdf"), (a_picture(), "image/jpeg"), (a_picture("PNG"), "image/png"), (a_picture("HEIF"), "image/heic")],
)
def test_what_is_whole_is_let_pass(content, media_type):
    check(content, media_type)


def test_a_file_of_another_kind_is_not_opened():
    check(b"MZ", "application/vnd.microsoft.portable-executable", FileOpener(at_once=0))


def test_a_hungry_file_is_stopped_and_other_work_goes_on_meanwhile():
    longest, going = 0.0, True

    def beat():
        nonlocal longest
        while going:
            began = time.monotonic()
            eventlet.sleep(0.01)
            longest = max(longest, time.monotonic() - began)

    beating = eventlet.spawn(beat)
    began = time.monotonic()
    with pytest.raises((errors.FileTooComplex, errors.FilesNotOpened)):  # the second where the machine has no time for it
        check(HUNGRY, opener=FileOpener(deadline_s=5))
    going = False
    beating.wait()
    assert time.monotonic() - began < PATIENCE_S
    assert longest < 3  # of 5 seconds of work
    until(lambda: not programs(), "the end of the program")


def opened_by(program):
    found = set()
    for one in (program / "fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile: it is still starting
            found.add(str(one.readlink()))
    return found


def test_the_program_holds_itself_to_limits_and_is_given_nothing_of_the_gateways(monkeypatch):
    monkeypatch.setenv("COOKIE_KEY", "the gateway's")
    looking = eventlet.spawn(check, HUNGRY, opener=FileOpener(deadline_s=60))
    try:

        def held():
            return [one for one in programs() if f"{MOST_MEMORY}" in (one / "limits").read_text()]

        until(held, "its limits")
        [program] = held()
        limits = {line[:25].strip(): line[25:].split()[0] for line in (program / "limits").read_text().splitlines()[1:]}
        assert limits["Max address space"] == str(MOST_MEMORY) and limits["Max cpu time"] == str(MOST_CPU_S)
        assert limits["Max core file size"] == "0"
        until(lambda: (program / "oom_score_adj").read_text().strip() == "1000", "its place before the gateway")
        assert b"COOKIE_KEY" not in (program / "environ").read_bytes()
        assert not [one for one in opened_by(program) if one.startswith(("socket:", "pipe:"))]
    finally:
        looking.kill()
    until(lambda: not programs(), "its end, the request being given up")


def test_a_limit_of_the_programs_own_ends_it_and_not_the_gateway(monkeypatch):
    program = 'import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1)); exec("while True: pass")'
    monkeypatch.setattr(file_opener, "_PROGRAM", (file_opener._PROGRAM[0], "-c", program))
    with pytest.raises(errors.FileTooComplex):
        check(PDF)


def test_a_program_that_cannot_begin_says_nothing_about_the_file(monkeypatch):
    monkeypatch.setattr(file_opener, "_PROGRAM", (file_opener._PROGRAM[0], "-c", "raise SystemExit(3)"))
    with pytest.raises(errors.FilesNotOpened):
        check(PDF)
    monkeypatch.setattr(file_opener, "_PROGRAM", ("/no/such/program",))
    with pytest.raises(errors.FilesNotOpened):
        check(PDF)


def test_a_program_that_had_no_time_to_work_says_nothing_about_the_file_either(monkeypatch):
    monkeypatch.setattr(file_opener, "_PROGRAM", (file_opener._PROGRAM[0], "-c", "import time; time.sleep(3600)"))
    with pytest.raises(errors.FilesNotOpened):
        check(PDF, opener=FileOpener(deadline_s=1))
    monkeypatch.setattr(file_opener, "_PROGRAM", (file_opener._PROGRAM[0], "-c", "while True: pass"))
    monkeypatch.setattr(file_opener, "_worked_s", lambda _process: 0.6)
    with pytest.raises(errors.FileTooComplex):
        check(PDF, opener=FileOpener(deadline_s=1))


def test_one_account_opens_one_file_at_a_time_and_leaves_a_place_to_others():
    opener = FileOpener(deadline_s=60, wait_s=2)
    hungry = eventlet.spawn(check, HUNGRY, opener=opener, account="greedy")
    try:
        until(programs, "the first")
        with pytest.raises(errors.FilesNotOpened):
            check(PDF, opener=opener, account="greedy")
        check(PDF, opener=FileOpener(at_once=1), account="somebody else's gateway")
        opener._wait_s = PATIENCE_S
        check(PDF, opener=opener, account="somebody else")
    finally:
        hungry.kill()


def test_a_telephones_picture_becomes_a_jpeg_in_a_file_without_a_name():
    with file_of(held_upright()) as file, FileOpener().shown(file, "a") as shown:
        assert shown.read(3) == b"\xff\xd8\xff"
    with file_of(b"no picture") as file, pytest.raises(errors.FileTooComplex):
        FileOpener().shown(file, "a")
