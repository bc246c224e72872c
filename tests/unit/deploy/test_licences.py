"""Every licence of what we use of others is allowed by name."""

from deploy import licences, locks
from deploy.local.engines.packages import SOFTWARE

PERMISSIVE = ("MIT", "BSD", "ISC", "Apache", "PSF", "Python Software Foundation", "3-Clause BSD", "DFSG approved; MIT")
NOT_PERMISSIVE = ("GPL", "MPL", "Mozilla", "UNKNOWN")
TEXTS = ("LICENSE", "LICENCE", "COPYING", "OFL")


def test_every_locked_library_has_an_entry_that_says_what_its_own_metadata_say():
    locked = locks.names()
    assert len(locked) > 100
    assert list(licences.faults(locked, licences.section("Libraries"), licences.stated())) == []


def test_a_library_without_an_entry_and_one_that_changed_its_licence_are_told():
    found = list(
        licences.faults({"new", "changed", "known"}, {"changed": "MIT", "known": "MIT"}, {"new": "MIT", "changed": "GPL"})
    )
    assert [fault.partition(" ")[0] for fault in found] == ["changed", "new"]


def test_a_licence_that_asks_for_more_has_its_reason_beside_it():
    for line in licences.PAGE.read_text().partition("## Libraries")[2].partition("## ")[0].splitlines():
        if line.startswith("| `"):
            _, name, licence, _, why, _ = (cell.strip() for cell in line.split("|"))
            usual = licence.startswith(PERMISSIVE) and not any(word in licence for word in NOT_PERMISSIVE)
            assert usual or why, name


def test_every_package_that_is_unpacked_is_named():
    assert licences.section("Debian's packages").keys() == {name for software in SOFTWARE.values() for name in software.packages}


def test_every_file_of_others_is_named_and_has_its_licence_beside_it():
    ours = ("deploy", "docs", "gateway", "services", "staff", "tests")
    texts = {path for folder in ours for word in TEXTS for path in (locks.ROOT / folder).rglob(f"*{word}*") if path.is_file()}
    named = licences.section("Files of others in this repository")
    without = {path for path in texts if not any(str(path.relative_to(locks.ROOT)).startswith(name) for name in named)}
    assert without == set()
    assert all(any(str(path.relative_to(locks.ROOT)).startswith(name) for path in texts) for name in named)
