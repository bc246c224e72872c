"""The staff's pages of invoices and payments, over the real billing service."""

import pytest

from gateway.portal.staff.kit import csv_files
from services.contracts.billing.events import InvoiceIssued
from services.contracts.billing.notices import ListPaymentNotices
from tests.support.actors.billing_journey import Journey
from tests.support.actors.cookie_browser import ACCESS, Browser
from tests.support.actors.staff_desk import rows_of
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page


@pytest.fixture
def office(system):
    """A billing officer's browser; three people with an invoice, one of whom has paid too little first and then in full."""
    numbers = []
    for count, name in enumerate(("=Ana Émond", "Béa D’Amours", "Zoé Eaton"), start=1):
        journey = Journey(system)
        journey.approve(legal_name=name, reference=f"A000001{count}")
        numbers.append(system.announced(InvoiceIssued, count=count)[-1].data["invoice_number"])
    journey.notify(journey.payment(numbers[1], amount_cents=100, method={"brand": "visa", "last4": "1111"}))
    journey.notify(journey.payment(numbers[1], paid_at="2027-01-01T04:30:00Z"))
    browser = Browser(start_gateway(system, PUBLIC_URL="https://college.test"))
    browser.system, browser.numbers = system, numbers
    browser.become = lambda *roles, language="en": browser.cookies.update(
        {ACCESS: system.caller(*roles, language=language).token}
    )
    browser.become("billing_officer")
    return browser


def links(page, beginning):
    return [one["href"] for one in page.all("a") if one.get("href", "").startswith(beginning)]


@pytest.mark.parametrize(("language", "total", "open_"), [("en", "$725.46", "To be paid (2)"), ("fr", "725,46 $", "À payer (2)")])
def test_the_list_of_invoices_says_what_is_open_in_the_persons_language(office, language, total, open_):
    office.become("billing_officer", language=language)
    page = read_page(office.get(f"/staff/invoices?order=name&language={language}"), language)
    assert f"{open_} {total}" in " ".join(page.text.split())
    assert links(page, "/staff/invoices/") == [f"/staff/invoices/{number}" for number in office.numbers]


def test_invoices_are_looked_for_and_what_is_not_a_day_is_said_at_its_field(office):
    def found(query):
        return [
            link.rpartition("/")[2] for link in links(read_page(office.get(f"/staff/invoices?{query}"), "en"), "/staff/invoices/")
        ]

    _ana, bea, zoe = office.numbers
    assert found("state=being_finalised") == found("text=damours") == found("text=a0000012") == [bea]
    assert found("fee=registration_qualifying&order=name") == office.numbers and found("fee=exam") == []
    assert found("state=nothing&order=nothing&fee=nothing&text=zoe") == [zoe]
    assert "There is no such invoice" in office.get("/staff/invoices?text=nobody").text
    wrong = office.get("/staff/invoices?since=yesterday&state=open")
    page = read_page(wrong, "en")
    assert wrong.status_code == 422 and "#since" in [one.get("href") for one in page.all("a")]
    assert office.get("/staff/invoices.csv?since=yesterday").status_code == 422


def test_the_same_invoices_are_given_as_a_file(office, monkeypatch):
    page = read_page(office.get("/staff/invoices?order=name&state=open"), "en")
    [file] = links(page, "/staff/invoices.csv")
    rows = rows_of(office.get(file))
    assert [row[1] for row in rows] == ["Billed to", "'=Ana Émond", "Zoé Eaton"]
    assert rows[1][2] == "A0000011" and rows[1][5:9] == ["To be paid", "362.73", "321.00", "CAD"]
    assert rows_of(office.get("/staff/invoices.csv?language=fr"))[0][:2] == ["Facture", "Facturée à"]
    monkeypatch.setattr(csv_files, "LARGEST", 1)
    monkeypatch.setattr(csv_files, "MOST_ROWS", 2)
    assert office.get("/staff/invoices.csv").status_code == 422


def test_an_invoice_leads_to_its_payments_and_for_reviewers_to_the_application(office):
    page = read_page(office.get(f"/staff/invoices/{office.numbers[1]}"), "en")
    assert "$1.00" in page.text and "Another amount than that of the invoice" in page.text and "REC-" in page.text
    assert len(links(page, "/staff/payments/")) == 1 and links(page, "/staff/applications/") == []
    office.become("registrar")
    assert len(links(read_page(office.get(f"/staff/invoices/{office.numbers[1]}"), "en"), "/staff/applications/")) == 1
    assert office.get("/staff/invoices/INV-0").status_code == 404
    for role in ("registration_officer", "applicant"):
        office.become(role)
        for path in ("/staff/invoices", "/staff/invoices.csv", f"/staff/invoices/{office.numbers[0]}"):
            assert office.get(path).status_code == 403


@pytest.mark.parametrize(
    ("language", "flag"), [("en", "Another amount than that of the invoice"), ("fr", "Montant différent de")]
)
def test_payments_are_sorted_and_given_as_a_file_which_says_what_is_wrong_in_words(office, language, flag):
    office.become("billing_officer", language=language)
    page = read_page(office.get(f"/staff/payments?order=amount&language={language}"), language)
    [file] = links(page, "/staff/payments.csv")
    rows = rows_of(office.get(f"{file}&language={language}"))
    assert [row[1] for row in rows[1:]] == ["362.73", "1.00"] and rows[2][5].startswith(flag)
    assert [row[0] for row in rows[1:]] == ["2026-12-31 23:30:00", "2026-11-23 10:04:05"]  # by the college's clock
    assert links(page, f"/staff/invoices/{office.numbers[1]}") and flag in page.text
    only = read_page(office.get(f"/staff/payments?order=oldest&flagged=yes&language={language}"), language)
    assert only.form()["flagged"] == "yes" and "362.73" not in " ".join(only.text.split("visa")[1:]).replace(",", ".")
    assert len(rows_of(office.get("/staff/payments.csv?flagged=yes"))) == 1 + 1


def told(office, *kinds, **data):
    """Has the provider tell of something else than a payment."""
    journey = Journey(office.system)
    for kind in kinds:
        journey.notify(
            {"reference": office.numbers[1], "payment_id": "pay_1", "amount_cents": 36273, "currency": "CAD", **data}, kind=kind
        )


@pytest.mark.parametrize(
    ("language", "nothing", "flag", "said"),
    [
        ("en", "No notice needs attention.", "The payment is disputed", "The notice is marked as dealt with."),
        ("fr", "Aucun avis ne demande d’attention.", "Paiement contesté", "L’avis est marqué comme réglé."),
    ],
)
def test_a_dispute_stands_on_top_of_the_payments_until_somebody_has_dealt_with_it(office, language, nothing, flag, said):
    office.become("billing_officer", language=language)
    assert nothing in read_page(office.get(f"/staff/payments?language={language}"), language).text
    told(office, "dispute.created", "payment.created", reason="<b>fraudulent</b>")
    page = read_page(office.get(f"/staff/payments?language={language}"), language)
    [resolve] = links(page, "/staff/payment-notices/")
    assert flag in page.text and "<b>fraudulent</b>" in page.text and links(page, f"/staff/invoices/{office.numbers[1]}")
    assert flag in read_page(office.get(f"/staff/payment-notices?unresolved=yes&language={language}"), language).text
    form = read_page(office.get(f"{resolve}?language={language}"), language).form()
    assert office.post(f"{resolve}?language={language}", **form | {"note": ""}).status_code == 422
    done = office.post(f"{resolve}?language={language}", **form | {"note": "Answered."})
    assert (done.status_code, done.headers["Location"]) == (303, "/staff/payment-notices?unresolved=yes")
    after = read_page(office.get(done.headers["Location"] + f"&language={language}"), language)
    assert said in after.text and nothing in after.text
    everything = read_page(office.get(f"/staff/payment-notices?order=oldest&language={language}"), language)
    assert "Answered." in everything.text and "payment.created" in everything.text
    assert office.post(resolve, note="Again.").status_code == 409
    rows = rows_of(office.get(f"/staff/payment-notices.csv?order=oldest&language={language}"))
    assert [row[1:6] for row in rows[1:]] == [
        ["dispute.created", "pay_1", office.numbers[1], "362.73", flag],
        ["payment.created", "pay_1", office.numbers[1], "362.73", ""],
    ]
    assert rows[1][6] == "Answered."


def test_notices_are_for_those_who_look_after_money_and_come_by_the_page(office):
    told(office, *["dispute.created"] * 21)
    page = read_page(office.get("/staff/payment-notices?unresolved=yes"), "en")
    assert len(links(page, "/staff/payment-notices/")) == 20
    [following] = [one for one in links(page, "/staff/payment-notices?") if "cursor" in one]
    assert len(links(read_page(office.get(following), "en"), "/staff/payment-notices/")) == 1
    assert len(links(read_page(office.get("/staff/payments"), "en"), "/staff/payment-notices/")) == 5
    [notice, *_] = office.system.call(ListPaymentNotices, office.system.caller("registrar"))["notices"]
    for role in ("registration_officer", "support", "applicant"):
        office.become(role)
        for path in ("/staff/payment-notices", "/staff/payment-notices.csv", f"/staff/payment-notices/{notice['id']}/resolve"):
            assert office.get(path).status_code == 403


def test_a_kind_or_flag_that_the_page_has_no_word_for_is_shown_all_the_same(office):
    told(office, "<i>payout</i>.created")
    page = read_page(office.get("/staff/payment-notices"), "en")
    assert "<i>payout</i>.created" in page.text and "A kind of notice that we do not know" in page.text
