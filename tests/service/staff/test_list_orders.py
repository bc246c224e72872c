"""The lists of the staff in each of their orders: all pages together hold everything once and in order, and a page is read from an index."""

import itertools

import pytest
from sqlalchemy import select, text

from services.applications.models import Application
from services.applications.review import queue
from services.billing import notice_file, payments
from services.common.kernel.caller import Caller
from services.common.kernel.errors import Invalid
from services.common.persistence import name_search
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts.applications.review import ListApplications
from services.contracts.billing.notices import ListPaymentNotices
from services.contracts.billing.payments import ListPayments
from services.contracts.college.loading import load_college
from services.contracts.correspondence.messages import ListMessageLog
from services.contracts.identity.support import ListAccessRequests
from services.correspondence import log
from tests.support.actors.access_desk import asked, staffed
from tests.support.actors.billing_journey import Journey
from tests.support.places import ROOT
from tests.support.plans import plans
from tests.support.samples.sent_messages import TO, add_messages

NOWHERE = {"SMTP_HOST": "127.0.0.1", "SMTP_PORT": "9"}


def all_pages(system, caller, contract, list_of, **wanted):
    """Everything, two at a time."""
    found, cursor = [], None
    while True:
        page = system.call(contract, caller, **wanted, limit=2, cursor=cursor)
        found += page[list_of]
        if (cursor := page["next_cursor"]) is None:
            return found


def test_messages_are_read_from_either_end_or_by_address(system):
    system.start("correspondence", **NOWHERE)
    made, support = add_messages(system), system.caller("support")

    def ids(**wanted):
        return [one["id"] for one in all_pages(system, support, ListMessageLog, "messages", **wanted)]

    assert ids(order="oldest") == made and ids() == ids(order="newest") == made[::-1]
    to = [one["recipient"] for one in all_pages(system, support, ListMessageLog, "messages", order="recipient", delivery="sent")]
    assert to == sorted(TO)
    assert ids(order="recipient", delivery="bounced") == []
    cursor = system.call(ListMessageLog, support, order="newest", limit=1)["next_cursor"]
    with pytest.raises(Invalid):
        system.call(ListMessageLog, support, order="recipient", cursor=cursor)


def test_payments_are_read_from_either_end_or_by_amount(system):
    journey = Journey(system)
    for cents in (500, 36273, 100, 500, 7000):
        journey.notify(journey.payment("nothing that we know", amount_cents=cents))

    def amounts(**wanted):
        return [one["amount"].amount for one in all_pages(system, journey.staff, ListPayments, "payments", **wanted)]

    paid = ["5.00", "362.73", "1.00", "5.00", "70.00"]
    assert amounts(order="oldest") == paid and amounts() == amounts(order="newest", flagged=True) == paid[::-1]
    assert amounts(order="amount") == ["362.73", "70.00", "5.00", "5.00", "1.00"]


def test_requests_for_access_are_read_from_either_end(system):
    staffed(system)
    made = [asked(system) for _ in range(3)]

    def ids(**wanted):
        return [one["id"] for one in all_pages(system, system.one, ListAccessRequests, "requests", **wanted)]

    assert ids() == ids(order="oldest", state="open") == made
    assert ids(order="newest") == ids(order="newest", state="open") == made[::-1]


def _read(system, service, table, fill, read):
    """The table, the index that is expected, and the plan of the first query of each reading from a table with ten thousand rows."""
    with system.session(service) as session:
        session.execute(text(fill))
        session.execute(text("ANALYZE"))
        for index, use_case in read.items():
            with plans(session) as found:
                use_case(UnitOfWork(session, Caller()))
            yield table, index, found[0]


def _nearly(session, name):
    session.scalars(select(Application.id).where(name_search.has_nearly(Application.applicant_name, name))).all()


MESSAGES = """
INSERT INTO messages (id, kind, key, language, in_both, sender, recipient, for_address, subject, body, had_link, correlation_id, written_at,
    delivery, delivered_at)
SELECT gen_random_uuid(), 'k', n, 'en', false, 's', md5(n::text), true, 's', 'b', false, 'c', now(),
    CASE WHEN n % 50 = 0 THEN 'bounced' ELSE 'sent' END, now()
FROM generate_series(1, 10000) n
"""
PAYMENTS = """
INSERT INTO payments (id, provider_payment_id, reference, amount_cents, currency, paid_at, recorded_at, flag)
SELECT gen_random_uuid(), n, 'r', n % 900 + 1, 'CAD', now(), now(), 'unknown_invoice' FROM generate_series(1, 10000) n
"""
NOTICES = """
INSERT INTO payment_notices (id, key, flag, received_at)
SELECT gen_random_uuid(), n, CASE WHEN n % 100 = 0 THEN 'refund' END, now() FROM generate_series(1, 10000) n
"""
APPLICATIONS = """
INSERT INTO applications (id, account_id, reference, state, version, applicant_name, payment, opened_at, submitted_at, last_action_at,
    conditions)
SELECT gen_random_uuid(), gen_random_uuid(), n, 'submitted', 1, initcap(translate(md5(n::text), '0123456789', 'aeioulnrst')), 'none', now(),
    now() - n * interval '1 minute', now(), '[]'
FROM generate_series(1, 10000) n;
INSERT INTO timeline_entries (id, application_id, at, kind, by, note)
SELECT gen_random_uuid(), id, now(), 'finalised', 'system', reference FROM applications
"""


def test_a_page_of_each_order_is_read_from_an_index(system):
    college = load_college(ROOT / "deploy/colleges/crpo")

    def listed(order, name=None, typed=None):
        return lambda work: queue.list_applications(work, college, ListApplications.Request(order=order, name=name, text=typed))

    logs = {
        "pk_messages": (None, "newest"),
        "ix_messages_recipient_id": (None, "recipient"),
        "ix_messages_recipient_begins": ("zoé@", "newest"),
    }
    paid = {"pk_payments": "oldest", "ix_payments_amount_cents": "amount"}
    told = {"pk_payment_notices": False, "ix_payment_notices_open": True}
    found = itertools.chain(
        _read(
            system, "billing", "payment_notices", NOTICES,
            {
                index: lambda work, only=only: notice_file.list_all(work, ListPaymentNotices.Request(unresolved=only, order="oldest"))
                for index, only in told.items()
            },
        ),
        _read(
            system, "correspondence", "messages", MESSAGES,
            {
                index: lambda work, to=to, order=order: log.list_all(work, ListMessageLog.Request(to=to, order=order))
                for index, (to, order) in logs.items()
            },
        ),
        _read(
            system, "billing", "payments", PAYMENTS,
            {index: lambda work, order=order: payments.list_all(work, ListPayments.Request(order=order)) for index, order in paid.items()},
        ),
        _read(
            system, "applications", "applications", APPLICATIONS,
            {
                "ix_application_queue": listed("oldest"),
                "ix_application_newest": listed("newest"),
                "ix_application_name ": listed("name"),
                "ix_application_name_joined": listed("oldest", "trem"),
                "uq_applications_reference": listed("oldest", typed="0000006"),
                "ix_timeline_entry_registered": listed("oldest", typed="10022"),
                "ix_application_name_slips": lambda work: _nearly(work.session, "trembaly"),
            },
        ),
    )  # fmt: skip
    for table, index, plan in found:
        # A joined table with a handful of rows may be read whole: which way is taken hangs on when it was last analysed.
        assert index in plan and f"Seq Scan on {table}" not in plan, f"{index}\n{plan}"
