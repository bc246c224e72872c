"""What earlier runs of this folder left, however they ended: processes, engines that nobody uses, sites and their locks."""

from collections.abc import Callable
from pathlib import Path

from deploy.local import runs
from deploy.local.college.site import RUN_MARK, Site
from deploy.local.engines.engines import Engines
from deploy.local.lease import exclusive
from deploy.local.places import REPOSITORY, RUN


def end_leftovers(say: Callable[[str], None]) -> None:
    """End the processes of runs that are over, and the engines of tests that nobody uses, with their data.

    The folder's own engines stay as they are: the next start takes them over, and whoever stops last stops them.
    """
    if count := runs.end_leftovers(REPOSITORY):
        say(f"ended {count} processes that an earlier run had left")
    for settings in sorted(RUN.glob("*/engines.json")):
        engines = Engines(settings.parent)
        if not engines.in_use() and any(engine.state == "up" for engine in engines.status()):
            say(f"ending the engines that an earlier run had left in {engines.run_dir}")
            engines.destroy()


def remove_left_sites(engines: Engines) -> list[str]:
    """Remove the sites of runs that are over, and locks of sites that are no more; the names of the sites removed. The engines must run."""
    removed = []
    for marked in sorted(engines.run_dir.glob(f"sites/*/{RUN_MARK}")):
        if runs.is_over(marked.read_text()):
            Site(engines, marked.parent.name).destroy()
            removed.append(marked.parent.name)
    for lock in engines.run_dir.glob("site-*.lock"):
        if not _site_of(lock).exists():
            with exclusive(lock, engines.say):
                if not _site_of(lock).exists():
                    lock.unlink()
    return removed


def _site_of(lock: Path) -> Path:
    return lock.parent / "sites" / lock.stem.removeprefix("site-")
