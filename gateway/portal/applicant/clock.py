"""By when something is due in an application: the applicant's answer, or word from the college (R14)."""

from gateway.portal.kit.texts import _, say
from services.common.kernel.dates import written_date
from services.contracts.applications.applicant import GetMyApplication


def clock_of(mine: GetMyApplication.Reply, language: str) -> str | None:
    """Says whose day is when, of an application as its applicant sees it; nothing where no clock runs."""
    if mine.information_due_on:
        return say(language, _("Please answer by %(day)s."), day=written_date(mine.information_due_on, language))
    if mine.reply_due_on:
        return say(language, _("We will reply by %(day)s at the latest."), day=written_date(mine.reply_due_on, language))
    return None
