"""A drill: a site is backed up while people walk, destroyed, and restored; everyone who was registered is, and all services agree."""

import hashlib
import shutil
import time
import uuid

import pytest

from deploy.demo.journey.api import NeverHappened, wait_for
from deploy.local.tools import backup
from deploy.local.tools.checker import Checker
from tests.resilience.apart import CollegeApart, SiteApart
from tests.resilience.crowd import Crowd
from tests.support.waiting import PATIENCE_S

OUTSIDE = ("payments", "mail")  # what the payment provider and people's mailboxes keep is not the college's to lose


@pytest.fixture
def drilled(engines_apart):
    """A running site of its own, which may be destroyed."""
    site = SiteApart(engines_apart, f"drill-{uuid.uuid4().hex[:8]}")
    site.provision()
    site.start()
    site.wait_ready(2 * PATIENCE_S)
    yield site
    site.destroy()


def test_a_site_backed_up_under_load_and_destroyed_comes_back_whole(drilled, tmp_path):
    college = CollegeApart(drilled)
    before = Crowd(college, 3, 3).wait()
    certificates = {one.registration_number: one.person.certificate("en") for one in before}
    meanwhile = Crowd(college, 9, 3)
    wait_for("somebody in the middle of everything", lambda: meanwhile.finished >= 2, 2 * PATIENCE_S, 0.1)
    began, finished = time.monotonic(), meanwhile.finished
    about = backup.make(drilled, tmp_path / "backup")
    took = time.monotonic() - began
    walked = meanwhile.wait()
    assert meanwhile.answers.faults == []

    _destroy_all_but_the_outside(drilled, tmp_path)
    with pytest.raises(backup.BackupFailed, match="of the site"):
        backup.restore(SiteApart(drilled.engines, "another"), tmp_path / "backup")
    began = time.monotonic()
    again = backup.restore(drilled, tmp_path / "backup")
    _bring_back_the_outside(drilled, tmp_path)
    drilled.start()
    drilled.wait_ready(2 * PATIENCE_S)
    back = time.monotonic() - began

    _all_agree(drilled)
    for one in before:
        one.person.sign_in("email")
        assert one.person.api.get("/registration")["registration_number"] == one.registration_number
        assert one.person.certificate("en") == certificates[one.registration_number]
    counts = _counts(drilled)
    # Who had finished before the backup began is in it. Who did while it was made may have done so on either side of its point.
    assert len(before) + finished <= counts["registrants (registry)"] <= len(before) + len(walked)
    assert sum(again.values()) > 0
    assert _files_are_whole(drilled)
    newcomers = Crowd(CollegeApart(drilled), 2, 2).wait()
    _all_agree(drilled)
    # The payment provider and people's papers know the numbers that were given after the backup: none is given again.
    for number in ("invoice_number", "registration_number", "application_id"):
        taken = {getattr(one, number) for one in [*before, *walked]}
        assert not taken & {getattr(one, number) for one in newcomers}
    print(f"\nbackup {took:.1f} s (writers waited {about['writers_held_ms']} ms), restored and ready {back:.1f} s;")
    registered = counts["registrants (registry)"]
    print(
        f"{sum(again.values())} events announced again; {registered} of {len(before) + len(walked)} were registered at that point"
    )


def test_a_site_that_runs_is_not_restored(drilled, tmp_path):
    backup.make(drilled, tmp_path / "backup")
    with pytest.raises(backup.BackupFailed, match="stop it first"):
        backup.restore(drilled, tmp_path / "backup")


def test_a_backup_that_was_broken_off_is_refused(drilled, tmp_path):
    backup.make(drilled, tmp_path / "backup")
    (tmp_path / "backup" / backup.ABOUT).unlink()
    drilled.stop()
    with pytest.raises(backup.BackupFailed, match="no whole backup"):
        backup.restore(drilled, tmp_path / "backup")


def _destroy_all_but_the_outside(site, aside):
    site.stop()
    for name in OUTSIDE:
        shutil.move(site.folder / name, aside / name)
    ports = site.ports
    site.destroy()
    assert not site.folder.exists()
    site._given_ports = ports  # people find the college where it was


def _bring_back_the_outside(site, aside):
    for name in OUTSIDE:
        shutil.rmtree(site.folder / name)
        shutil.move(aside / name, site.folder / name)


def _all_agree(site):
    checker = Checker(site)
    try:
        wait_for("all services to agree", lambda: not checker.faults(), 2 * PATIENCE_S, 0.5)
    except NeverHappened:
        raise AssertionError("\n".join(checker.faults())) from None
    finally:
        checker.close()


def _counts(site):
    checker = Checker(site)
    try:
        return checker.counts()
    finally:
        checker.close()


def _files_are_whole(site):
    files = [file for file in (site.folder / "files").rglob("*") if file.is_file()]
    return files and all(hashlib.sha256(file.read_bytes()).hexdigest() == file.name for file in files)
