"""The deadlines of applications: what runs, and what comes of it (R2, R14). When each is due, `services/common/deadlines` computes."""

from services.applications.life import lapse
from services.applications.models import deadlines
from services.common.deadlines import sweep as deadline_sweep
from services.common.deadlines.sweep import Watched
from services.common.kernel import clock
from services.common.persistence.unit_of_work import UnitOfWorkFactory
from services.contracts.college import College
from services.contracts.college.deadlines import LAPSE


def watched(college: College) -> list[Watched]:
    """What is looked at, each by the college's rule."""
    return [Watched(college.at(clock.now()).deadline(LAPSE), lapse.running, lapse.lapse)]


def sweep(units: UnitOfWorkFactory, college: College) -> int:
    """Does what has come and was not done yet; gives how many steps."""
    return deadline_sweep.sweep(units, deadlines, watched(college), college.time_zone.key)
