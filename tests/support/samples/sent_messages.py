"""Messages that correspondence has sent, as rows."""

from sqlalchemy import func

from services.common.kernel.ids import new_id
from services.correspondence.models import Contact, Message

TO = (
    "zoe@people.example.org",
    "ana@people.example.org",
    "noor@people.example.org",
    "ana@people.example.org",
    "béa@people.example.org",
)


def add_messages(system, recipients=TO, delivery="sent"):
    """Messages that were sent, in this order; gives their ids."""
    with system.session("correspondence") as session:
        account, now = new_id(), func.now()
        session.add(Contact(account_id=account, email="a@people.example.org", language="en", email_as_of=now))
        session.flush()
        made = [
            Message(
                id=new_id(), account_id=account, kind="activation", key=str(new_id()), language="en", in_both=False,
                sender="college@example.org", recipient=recipient, subject=f"=Message {place}", body="…", had_link=False,
                correlation_id="c", written_at=now, delivery=delivery, delivered_at=now,
            )
            for place, recipient in enumerate(recipients)
        ]  # fmt: skip
        session.add_all(made)
        return [message.id for message in made]
