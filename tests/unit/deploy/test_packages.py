"""Programs of others are unpacked where none starts, whole, and before they are needed; apt-get's stand-in here knows one small package."""

import os
import subprocess

import pytest

from deploy.local.engines import packages
from deploy.local.engines.debian import Archive
from deploy.local.engines.packages import SOFTWARE, Programs, Software
from deploy.local.errors import PackagesUnavailable

# What is lacking here, and what a machine with nothing would need.
APT = """#!/bin/sh
echo "$*" >> {folder}/asked
case "$*" in
    *status=/dev/null*) printf 'Inst {names} (1 Debian)\\n' | tr ' ' '\\n' | awk '/^[a-z]/ {{ print "Inst", $1 }}' ;;
    *"-s install"*) echo "Inst tiny (1 Debian)" ;;
    *--print-uris*) echo "'file:tiny' tiny.deb 2000000 SHA256:0" ;;
    *download*) cp {folder}/tiny.deb . ;;
esac
"""


@pytest.fixture
def apt(tmp_path, monkeypatch):
    """A machine on which `tiny` can be had, and is installed badly when asked for; gives its folder."""
    programs = tmp_path / "bin"
    programs.mkdir()
    script = programs / "apt-get"
    script.write_text(APT.format(folder=tmp_path, names="libc6 tiny tiny-data unrelated"))
    script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return tmp_path


@pytest.fixture
def tiny(apt, monkeypatch):
    """`tiny` in the table: it starts when it ends with 0, and says so in a file."""
    place = str(apt / "installed").lstrip("/")
    monkeypatch.setitem(
        packages.SOFTWARE, "tiny", Software(("tiny",), ("tiny",), {"tiny": ("usr/bin", place)}, ("tiny", "--version"))
    )
    content = apt / "package"
    (content / "DEBIAN").mkdir(parents=True)
    (content / "DEBIAN/control").write_text("Package: tiny\nVersion: 1\nArchitecture: all\nMaintainer: us\nDescription: tiny\n")
    program(content / "usr/bin/tiny", f"echo started >> {apt}/starts")
    subprocess.run(["dpkg-deb", "-b", content, apt / "tiny.deb"], check=True, capture_output=True)
    return Programs(apt / "packages", lambda _: None)


def program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_of_a_software_that_is_cut_into_packages_all_are_taken_also_the_installed_ones(apt):
    archive = Archive(apt / "work", print)
    assert archive.needed(["tiny"], ("tiny",)) == ["tiny", "tiny-data"]


def test_what_is_not_there_is_unpacked_once(tiny, apt):
    assert tiny.ensure(["tiny"])
    assert tiny.path("tiny") == apt / "packages/tiny/usr/bin/tiny"
    assert not tiny.ensure(["tiny"])
    assert (apt / "starts").read_text().splitlines() == ["started"]
    assert sorted(path.name for path in (apt / "packages").iterdir()) == ["lock", "tiny", "works.json"]


def test_what_is_installed_and_does_not_start_is_unpacked_and_taken_before_it(tiny, apt):
    program(apt / "installed/tiny", "exit 3")
    assert tiny.ensure(["tiny"])
    assert tiny.path("tiny") == apt / "packages/tiny/usr/bin/tiny"


def test_what_is_installed_and_starts_is_used(tiny, apt):
    installed = program(apt / "installed/tiny", "exit 0")
    assert not tiny.ensure(["tiny"])
    assert tiny.path("tiny") == installed and not (apt / "asked").exists()


def test_what_starts_no_more_after_a_change_is_seen(tiny, apt):
    installed = program(apt / "installed/tiny", "exit 0")
    tiny.ensure(["tiny"])
    os.utime(program(installed, "exit 3"), ns=(1, 1))
    assert tiny.ensure(["tiny"])


def test_what_an_earlier_try_left_half_unpacked_goes(tiny, apt):
    (apt / "packages/unpack.left").mkdir(parents=True)
    tiny.ensure(["tiny"])
    assert not (apt / "packages/unpack.left").exists()


def test_what_does_not_start_when_unpacked_is_said_with_its_words(tiny, apt):
    (apt / "tiny.deb").write_bytes(b"no package")
    with pytest.raises(PackagesUnavailable, match=r"tiny\.deb cannot be unpacked.*"):
        tiny.ensure(["tiny"])


def test_a_test_that_finds_nothing_fetches_nothing_and_names_what_does(tiny, apt):
    with pytest.raises(PackagesUnavailable, match="make fetch"):
        tiny.path("tiny")
    assert not (apt / "asked").exists()


def test_of_what_is_no_program_only_the_files_wanted_are_kept_and_nothing_is_started(tiny, apt, monkeypatch):
    wanted = ("usr/bin/tiny",)
    of_tiny = Software(("tiny",), ("tiny",), {"tiny": (packages.KEPT,)}, wanted=wanted)
    monkeypatch.setitem(packages.SOFTWARE, "tiny", of_tiny)
    assert tiny.ensure(["tiny"]) and not tiny.ensure(["tiny"])
    assert [file.name for file in tiny.root("tiny").rglob("*") if file.is_file()] == ["tiny"]
    assert tiny.path("tiny") == apt / "packages/tiny/kept/tiny" and not (apt / "starts").exists()


@pytest.mark.parametrize("name", SOFTWARE)
def test_every_software_says_how_to_see_that_it_starts_or_which_of_its_files_are_kept(name):
    software = SOFTWARE[name]
    assert software.packages and (software.check[0] in software.places if software.check else software.wanted)
    assert all(package.startswith((*software.families, "fonts-")) for package in software.packages)
