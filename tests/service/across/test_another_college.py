"""All services run for a college that is unlike the first in profession, form, zone, currency and tax."""

from services.common.kernel import clock
from services.common.kernel.ids import new_id
from services.contracts.applications import applicant
from services.contracts.applications.events import ApplicationApproved
from services.contracts.billing.events import InvoiceIssued
from services.contracts.terms import carried
from tests.support.colleges.tiny_college import tiny_college
from tests.support.colleges.words_of_one_college import found_in
from tests.support.whole_house import start_all


def test_all_services_run_for_another_college_and_an_approval_is_invoiced_in_its_currency_with_its_tax(system, tmp_path):
    start_all(system, COLLEGE_PROFILE=str(tiny_college(tmp_path)))
    (page,) = system.call(applicant.GetForm, system.anonymous)["pages"]
    assert [field["code"] for field in page["fields"]] == ["given", "family", "kind", "way", "sign"]
    system.publish(
        ApplicationApproved,
        application_id=new_id(),
        account_id=new_id(),
        reference="123",
        category="climber",
        legal_name="Ash Elm",
        first_name="Ash",
        last_name="Elm",
        commonly_used_name=None,
        languages_of_care=[],
        reasons=None,
        approved_at=clock.now(),
        **carried([]),
    )
    (issued,) = system.announced(InvoiceIssued)
    assert issued.data["total"] == {"amount": "10.70", "currency": "EUR"}  # 10.00 and 7 %
    assert found_in(repr(issued.data)) == []
