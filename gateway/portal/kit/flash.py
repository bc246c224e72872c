"""What is said once on the next page, after something was done: the name of one of our texts, with its values.

They wait in a cookie that we signed and that ends with being read.
"""

from contextlib import suppress
from enum import Enum, unique
from typing import NamedTuple

from gateway.context import Context
from gateway.http import cookies
from gateway.http.signed_values import Purpose
from gateway.portal.kit.texts import _, say

COOKIE = "college-flash"
SAID_ONCE = Purpose(
    "flash", longest=3_800, good_for_s=900
)  # with its name and attributes less than the 4 kB that a browser keeps
_LONGEST_VALUE = 500


@unique
class Said(Enum):
    """All that can be said so; a cookie holds the name alone."""

    # Words that are no text of the catalogue: what a service says of a refusal, in the language in which it was asked.
    WORDS = "%(words)s"

    SAVED = _("Saved.")
    SAVED_UNFINISHED = _("Saved. Still to be answered on the page before: %(what)s.")
    SAVED_BESIDE = _("Saved. On the page before, this was saved elsewhere in the meantime and kept as it is there: %(what)s.")
    SUBMITTED = _("Your application was submitted. We have sent you an email.")
    WITHDRAWN = _("Your application was withdrawn.")
    FILE_RECEIVED = _("%(name)s was received.")
    DOCUMENT_REMOVED = _("The document was removed.")

    SESSION_ENDED = _("Your session has ended. Sign in again to go on where you were.")
    SESSION_ENDED_WITH_FILE = _("Your session has ended, so the file was not received. Sign in again, then choose it once more.")
    STEP_RAN_OUT = _("This step has run out. Please sign in again.")
    FACTOR_NEEDED = _("Members of staff need two-step verification. Set it up now; after that you can continue your work.")
    APP_ADDED = _("The authenticator app was added.")
    PASSKEY_ADDED = _("The passkey was added.")
    FACTOR_REMOVED = _("This sign-in method was removed.")
    SIGNED_OUT_THERE = _("That session was ended.")
    SIGNED_OUT_ELSEWHERE = _("You are signed out everywhere else.")
    PASSWORD_CHANGED = _("Your password was changed. You are signed out everywhere else.")
    ADDRESS_TO_CONFIRM = _("We have sent a link to %(address)s. Open it to confirm the address.")
    ACCOUNT_MAILED = _("We have sent an email to %(address)s.")
    INVITATION_MAILED = _("The invitation was mailed.")
    DELEGATION_ENDED = _("The delegation was ended.")
    DELEGATION_ACCEPTED = _("You have accepted the invitation of %(person)s. You can begin when you like.")
    NOTHING_TO_WORK_ON = _("This access has ended, or cannot be used at the moment.")
    WORK_STOPPED = _("You are back on your own pages.")
    WORK_IS_OVER = _(
        "Your access to the account of %(person)s has ended, so you are back on your own pages. What was saved before stays saved."
    )
    OF_ANOTHER_ACCOUNT = _("That page was opened for another account than the one you are working in now. Nothing was saved.")

    FOUND_COMPLETE = _("The application is marked as complete.")
    REVIEW_BEGUN = _("The review has begun.")
    TAKEN_ON = _("This application is assigned to you.")
    GIVEN_BACK = _("This application is no longer assigned to you.")
    NOTE_ADDED = _("The note was added.")
    REFERRED = _("The application was referred to the committee.")
    APPLICANT_ASKED = _("The applicant was asked.")
    DOCUMENT_DECIDED = _("Decision saved.")
    DECIDED = _("The decision is made, and the applicant is told.")
    OUTCOME_RECORDED = _("The outcome was recorded.")
    MESSAGE_SENT_AGAIN = _("The message is sent again.")
    CERTIFICATES_TRIED = _(
        "The certificates are tried again. Those that can be made leave this list in a moment: look again then."
    )
    STATUS_CHANGED = _("The status is changed: %(status)s, since %(since)s. The register says so now.")
    STATUS_PLANNED = _("The change is saved. The register will say “%(status)s” from %(since)s on; until then nothing changes.")
    STATUS_OF_THE_PAST = _(
        "The change is saved: %(status)s, from %(since)s until the next change that was known already. Today the register says “%(now)s”."
    )
    FACT_TAKEN_BACK = _("It is taken back. What it had ended holds on, and it stays on file as superseded.")
    MAILING_BEGUN = _("The mailing is being sent.")
    LETTER_REPLAYED = _("The message is being processed again.")
    LETTER_DISCARDED = _("The message was discarded.")
    PAYMENT_DEALT_WITH = _("The payment is marked as dealt with.")
    REGISTRY_TOLD = _("The registry was notified again.")
    NOTICE_DEALT_WITH = _("The notice is marked as dealt with.")
    NOT_WAITING = _("This invoice is not waiting for its registration any more.")


# What there is more to than that something was done: it is shown as a notice, all else in a line.
_NOTICES = frozenset(
    {
        *(Said.WORDS, Said.SAVED_UNFINISHED, Said.SAVED_BESIDE, Said.SESSION_ENDED, Said.SESSION_ENDED_WITH_FILE),
        *(Said.STEP_RAN_OUT, Said.FACTOR_NEEDED, Said.ADDRESS_TO_CONFIRM, Said.ACCOUNT_MAILED, Said.NOTHING_TO_WORK_ON),
        *(Said.WORK_IS_OVER, Said.OF_ANOTHER_ACCOUNT, Said.CERTIFICATES_TRIED, Said.NOT_WAITING),
        *(Said.STATUS_PLANNED, Said.STATUS_OF_THE_PAST),
    }
)


class Told(NamedTuple):
    """What is said, and whether as a notice."""

    text: str
    notice: bool


def flash(context: Context, said: Said, /, **values: str) -> None:
    """Says a text on the page that is shown next, in whichever language that is; a value is cut at 500 characters."""
    bounded = {name: value[:_LONGEST_VALUE] for name, value in values.items()}
    written = context.settings.signed.write(SAID_ONCE, [said.name, bounded])
    cookies.put(context.settings, context.request.carried, COOKIE, written, "Lax")


def take_flash(context: Context) -> Told | None:
    """Gives what was to be said, once; nothing for what we did not put there, or too long ago."""
    content = cookies.value_of(context.settings, context.request, COOKIE)
    if content is None:
        return None
    cookies.put(context.settings, context.request.carried, COOKIE, "", "Lax", 0)
    match context.settings.signed.read(SAID_ONCE, content):
        case [str(name), dict(values)] if name in Said.__members__:
            with suppress(KeyError):  # of another version of ours, whose text had other values
                said = Said[name]
                return Told(say(context.language, said.value, **values), said in _NOTICES)
    return None
