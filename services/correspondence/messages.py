"""Messages: written once for each occasion, in the person's language, with the person's data, and then never changed."""

from email.utils import formataddr
from typing import Any

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert

from services.common.kernel.ids import id_as_of
from services.common.kernel.text import Text
from services.common.observability import spans, traces
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.college import College, CollegeOnDay
from services.correspondence.contacts import Recipient
from services.correspondence.models import Contact, Message

CHANNEL = "mail"
# The one kind that can be unsubscribed from: its mails say how in their headers.
MAILING = "mailing_list_mailing"
# Stands in a stored body where the mail has the single-use link.
LINK_MARK = "[[single-use-link]]"
LINK_IN_MAIL_ONLY = Text(
    "(This link was in the email only. It works once; you can ask for a new one on the sign-in page.)",
    "(Ce lien ne figurait que dans le courriel. Il ne sert qu’une fois; demandez-en un nouveau à la page de connexion.)",
)


def write(
    work: UnitOfWork,
    college: College,
    to: Contact | Recipient,
    kind: str,
    key: str,
    *,
    values: dict[str, Any],
    sealed_link: str | None = None,
) -> bool:
    """Writes the message of this kind for the occasion `key`, to be mailed once committed; says whether it was the first time.

    With `sealed_link`, the value that stands for the link must be LINK_MARK. Raises PlaceholderMissing, NotInProfile.
    """
    today = college.at(work.now)
    written = today.write_mail(kind, to.language, values, in_inbox=to.account_id is not None)
    row = {
        "id": id_as_of(work.happened_at),  # an inbox is read in the order in which things happened
        "account_id": to.account_id,
        "kind": kind,
        "key": key,
        "language": to.language,
        "in_both": today.mail(kind).body_in_both,
        "sender": formataddr((_sender_name(today), written.sender)),
        "recipient": to.email,
        "for_address": isinstance(to, Recipient),
        "subject": written.subject,
        "body": written.body,
        "had_link": sealed_link is not None,
        "sealed_link": sealed_link,
        "correlation_id": work.caller.correlation_id,
        "traceparent": traces.onward().get(spans.PARENT),
        "written_at": work.now,
    }
    # Two replicas with the same occasion: the second waits here for the first to commit, then finds that it is written.
    added = work.session.execute(insert(Message).values(**row).on_conflict_do_nothing(index_elements=["kind", "key"]))
    if added.rowcount == 0:  # type: ignore[attr-defined]
        return False
    wake_delivery(work)
    work.audit("message:write", f"message/{row['id']}", after={"kind": kind, "key": key, "account_id": to.account_id})
    return True


def _sender_name(college: CollegeOnDay) -> str:
    return " | ".join(dict.fromkeys((college.short_name.en, college.short_name.fr)))


def wake_delivery(work: UnitOfWork) -> None:
    """Wakes the delivery in every replica once this work is committed."""
    work.session.execute(text(f"NOTIFY {CHANNEL}"))


def with_link(body: str, link: str) -> str:
    """Gives a body with its link, as the mail has it."""
    return body.replace(LINK_MARK, link)


def without_link(body: str, language: str) -> str:
    """Gives a body as it may be shown: a sentence stands for the link, in `language`, and then in the other one."""
    first, *others = body.split(LINK_MARK)
    other = "en" if language == "fr" else "fr"
    for number, part in enumerate(others):
        first += LINK_IN_MAIL_ONLY.in_(other if number % 2 else language) + part
    return first
