"""By when something is due in an application: the applicant's answer, or word from the college (R14)."""

import datetime as dt

from gateway.portal.kit.texts import _, say
from services.common.kernel.clock import local_date, now
from services.common.kernel.dates import written_date
from services.contracts.applications import states
from services.contracts.applications.applicant import GetMyApplication
from services.contracts.applications.shapes import FEE_TO_BE_PAID
from services.contracts.college import CollegeOnDay


def clock_of(mine: GetMyApplication.Reply, college: CollegeOnDay, language: str) -> str | None:
    """Says whose day is when, of an application as its applicant sees it; nothing where no clock runs."""
    if mine.information_due_on:
        return say(language, _("Please answer by %(day)s."), day=written_date(mine.information_due_on, language))
    if mine.state == states.SUBMITTED and mine.submitted_at and mine.fee != FEE_TO_BE_PAID:
        received = mine.submitted_at.astimezone(college.time_zone).date()
        due = received + dt.timedelta(days=college.review.clocks.acknowledgement_days)
        # A day that has passed says nothing: the clock ran from an answer since, or the college is late.
        if due < local_date(now(), college.time_zone.key):
            return None
        return say(language, _("We will reply by %(day)s at the latest."), day=written_date(due, language))
    return None
