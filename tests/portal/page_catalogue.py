"""Every page of the portal in every state worth a look: what axe checks, `make screenshots` shows and `make bench-pages` measures.

A page that is new gets a line here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.portal.people import People
from tests.support.pages.browser import Page


def _nothing(page: Page, people: People) -> None:
    """The page as it is first seen."""


def sign_in(page: Page, person: Any) -> None:
    """Fills in the sign-in page, whatever its language, and sends it."""
    page.locator("#login").fill(person.email)
    page.locator("#password").fill(person.password)
    page.locator("#form button[type=submit]").click()
    page.locator("#login").wait_for(state="detached")


def _wrong_password(page: Page, people: People) -> None:
    page.locator("#login").fill("somebody@people.example.org")
    page.locator("#form button[type=submit]").click()
    page.locator(".govuk-error-summary").wait_for()


def _nothing_chosen(page: Page, people: People) -> None:
    page.locator("#form button[type=submit]").first.click()
    page.locator(".govuk-error-summary").wait_for()


def _sent(page: Page, people: People) -> None:
    """Presses the page's own button, which leads to another page."""
    before = page.locator("h1").text_content()
    page.locator("main form button").last.click()
    page.locator("h1").filter(has_not_text=before).wait_for()


def _mailing_written(page: Page, people: People) -> None:
    for name in ("subject_en", "body_en", "subject_fr", "body_fr"):
        page.locator(f"#{name}").fill("Consultation\n\n- supervision")
    _sent(page, people)


def _access_asked(page: Page, people: People) -> None:
    page.locator("#kind").check()
    page.locator("#contact_email").fill("somebody@people.example.org")
    page.locator("#stated-legal_name").fill("Zoé Roy")
    _sent(page, people)


def _left_alone(page: Page, people: People, minutes: int, said: str) -> None:
    """Signs in, and looks at what is said once nothing was done for so long."""
    page.clock.install()
    # The language is chosen: the account's would be spoken from its sign-in on.
    page.goto(f"{page.url}&language={page.locator('html').get_attribute('lang')}")
    sign_in(page, people.person("draft"))
    page.clock.fast_forward(f"{minutes}:15")
    page.locator(f"#session [data-{said}]").wait_for()


def _session_soon_over(page: Page, people: People) -> None:
    _left_alone(page, people, 28, "warning")


def _session_over(page: Page, people: People) -> None:
    _left_alone(page, people, 31, "ended")


def _at_work(page: Page, people: People) -> None:
    """Begins to work for whom the delegate was let in by."""
    page.locator('form[action$="/act"] button').click()
    page.locator(".portal-acting").wait_for()


def _at_work_on(path: str) -> Callable[[Page, People], None]:
    def then(page: Page, people: People) -> None:
        _at_work(page, people)
        page.goto("/".join(page.url.split("/")[:3]) + path)

    return then


def _refused_on_paper(page: Page, person: Any) -> None:
    page.locator('input[name="decision"][value="refused"]').check()
    page.locator("#reasons").fill("The supervised hours are not documented.")
    page.locator("#form button[type=submit]").first.click()
    page.locator(".portal-letter").wait_for()


def _status_written(page: Page, people: People) -> None:
    page.locator('input[name="status"][value="revoked"]').check()
    page.locator("#reason_en").fill("By order of the Discipline Committee.")
    page.locator("#reason_fr").fill("Par ordonnance du comité de discipline.")
    _sent(page, people)


# Saves the page's form with another city, as a second window would; the page itself does not learn of it.
SAVE_ELSEWHERE = """(() => {
  const form = document.getElementById("form"), body = new URLSearchParams(new FormData(form));
  body.set("home_city", "Ottawa " + Date.now());
  body.set("then", "stay");
  return fetch(form.getAttribute("action"), {method: "POST", body, headers: {Accept: "application/json"}}).then(() => 0);
})()"""
NOTE_MEANWHILE = """fetch(location.pathname.replace(/decision$/, "note"),
  {method: "POST", body: new URLSearchParams({text: "Stop: the transcript is forged."})}).then(() => 0)"""


def _saved_elsewhere(page: Page, people: People) -> None:
    page.evaluate(SAVE_ELSEWHERE)
    page.locator("#home_city").fill("Hearst")
    page.locator("#form button[value=list]").click()
    page.locator("#keep-home_city").wait_for()


def _changed_meanwhile(page: Page, people: People) -> None:
    page.evaluate(NOTE_MEANWHILE)
    page.locator('input[name="decision"][value="refused"]').check()
    page.locator("#reasons").fill("The supervised hours are not documented.")
    page.locator("#form button[type=submit]").first.click()
    page.locator("#changed").wait_for()


@dataclass(frozen=True)
class View:
    """A page at an address (filled in with what `people.py` knows), by `who` looks at it, and what is done there first."""

    name: str
    path: str
    then: Callable[[Page, People], None] = _nothing
    who: str = ""

    def show(self, page: Page, college_url: str, people: People) -> None:
        """Opens the page and does what is to be done there."""
        if self.who:
            page.context.add_cookies([people.cookie(self.who)])
        page.goto(college_url + self.address(people))
        self.then(page, people)

    @property
    def only_looked_at(self) -> bool:
        """Whether nothing is done there, so that the browser is afterwards as it was before."""
        return self.then is _nothing

    def address(self, people: People) -> str:
        """The path, filled in."""
        return self.path.format_map(people.places)


VIEWS = (
    View("home", "/"),
    View("register", "/register"),
    View("register-results", "/register?name=zoe"),
    View("register-nobody", "/register?name=nobody"),
    View("registrant", "/register/{number}"),
    View("registrant-ended", "/register/{ended}"),
    View("verify", "/verify"),
    View("verify-genuine", "/verify/{code}"),
    View("verify-ended", "/verify/{ended}"),
    View("verify-unknown", "/verify/nothing"),
    View("fees", "/fees"),
    View("how-to-apply", "/how-to-apply"),
    View("how-to-apply-route", "/how-to-apply?route=masters"),
    View("mail-help", "/mail-help"),
    View("policy-removal", "/policies/removal"),
    View("policy-names", "/policies/names"),
    View("policy-privacy", "/policies/privacy"),
    View("policy-accessibility", "/policies/accessibility"),
    View("mailing-list", "/mailing-list"),
    View("mailing-list-nothing-typed", "/mailing-list", _nothing_chosen),
    View("mailing-list-asked", "/mailing-list/asked"),
    View("mailing-list-confirm", "/mailing-list/confirm?token=t"),
    View("mailing-list-confirm-over", "/mailing-list/confirm?token=t", _sent),
    View("mailing-list-confirm-incomplete", "/mailing-list/confirm"),
    View("mailing-list-confirmed", "/mailing-list/confirm/done"),
    View("mailing-list-leave", "/mailing-list/unsubscribe?token=t"),
    View("mailing-list-leave-unknown", "/mailing-list/unsubscribe?token=t", _sent),
    View("mailing-list-left", "/mailing-list/unsubscribe?token={leave}", _sent),
    View("sign-in", "/sign-in"),
    View("sign-in-wrong", "/sign-in", _wrong_password),
    View("signed-out", "/signed-out"),
    View("session-soon-over", "/sign-in?next=/security", _session_soon_over),
    View("session-over", "/sign-in?next=/security", _session_over),
    View("sign-in-help", "/sign-in-help"),
    View("forgotten-password", "/forgotten-password"),
    View("forgotten-password-nothing-typed", "/forgotten-password", _nothing_chosen),
    View("forgotten-password-done", "/forgotten-password/done"),
    View("forgotten-id", "/forgotten-id"),
    View("forgotten-id-done", "/forgotten-id/done"),
    View("activation-mail", "/activation-mail"),
    View("activation-mail-done", "/activation-mail/done"),
    View("unlock-help", "/unlock-help"),
    View("unlock-help-done", "/unlock-help/done"),
    View("lost-access", "/lost-access"),
    View("lost-access-nothing-typed", "/lost-access", _nothing_chosen),
    View("lost-access-done", "/lost-access", _access_asked),
    View("activate", "/activate?token=t"),
    View("activate-over", "/activate?token=t", _sent),
    View("activate-incomplete", "/activate"),
    View("activate-done", "/activate?token={activation}", _sent),
    View("reset-password", "/reset-password?token=t"),
    View("reset-password-nothing-typed", "/reset-password?token=t", _nothing_chosen),
    View("reset-password-done", "/reset-password/done"),
    View("unlock", "/unlock?token=t"),
    View("unlock-over", "/unlock?token=t", _sent),
    View("unlock-done", "/unlock/done"),
    View("confirm-email", "/confirm-email?token=t"),
    View("confirm-email-over", "/confirm-email?token=t", _sent),
    View("delegation", "/delegation?token=t"),
    View("delegation-incomplete", "/delegation"),
    View("delegation-over", "/delegation?token=t", who="draft"),
    View("delegation-invited", "/delegation?token={invitation}", who="registrant"),
    View("delegation-own", "/delegation?token={invitation}", who="draft"),
    View("delegates-held", "/security/delegates", who="helper"),
    View("working", "/security/delegates", _at_work, who="helper"),
    View("working-form", "/security/delegates", _at_work_on("/application/pages/education"), who="helper"),
    View("working-documents", "/security/delegates", _at_work_on("/application/documents"), who="helper"),
    View("working-not-opened", "/security/delegates", _at_work_on("/application/check"), who="helper"),
    View("working-invited", "/security/delegates", _at_work_on("/delegation?token=t"), who="helper"),
    View("helper-home", "/portal", who="helper"),
    View("not-found", "/nothing-here"),
    View("registration", "/registration", who="registrant"),
    View("quality-assurance", "/quality-assurance", who="registrant"),
    View("fees-and-receipts", "/fees-and-receipts", who="registrant"),
    View("messages", "/messages", who="registrant"),
    View("security", "/security", who="registrant"),
    View("sessions", "/security/sessions", who="registrant"),
    View("password", "/security/password", who="registrant"),
    View("language", "/security/language", who="registrant"),
    View("e-mail", "/security/email", who="registrant"),
    View("delegates", "/security/delegates", who="registrant"),
    View("invite-delegate", "/security/delegates/invite", who="registrant"),
    View("forbidden", "/staff/applications", who="registrant"),
    View("start", "/start"),
    View("start-nothing-typed", "/start", _nothing_chosen),
    View("start-done", "/start/done"),
    View("application", "/application", who="draft"),
    View("form-category-and-route", "/application/pages/category_and_route", who="draft"),
    View("form-personal-information", "/application/pages/personal_information", who="draft"),
    View("form-saved-elsewhere", "/application/pages/personal_information", _saved_elsewhere, who="draft"),
    View("form-education", "/application/pages/education", who="draft"),
    View("form-clinical-experience", "/application/pages/clinical_experience", who="draft"),
    View("form-conduct", "/application/pages/conduct", who="draft"),
    View("form-languages-of-care", "/application/pages/languages_of_care", who="draft"),
    View("form-practice-site", "/application/pages/practice_site", who="draft"),
    View("form-declaration", "/application/pages/declaration", who="draft"),
    View("documents", "/application/documents", who="draft"),
    View("check-with-much-missing", "/application/check", who="draft"),
    View("application-filled", "/application", who="filled"),
    View("form-filled", "/application/pages/education", who="filled"),
    View("documents-received", "/application/documents", who="filled"),
    View("remove-document", "/application/documents/{own_document}/remove", who="filled"),
    View("check", "/application/check", who="filled"),
    View("timeline", "/application/timeline", who="payer"),
    View("withdraw", "/application/withdraw", who="draft"),
    View("application-approved", "/application", who="payer"),
    View("form-closed", "/application/pages/education", who="payer"),
    View("invoice", "/fees/{invoice}", who="payer"),
    View("nothing-to-pay", "/fees-and-receipts", who="draft"),
    View("payment-done", "/payments/done?invoice={invoice}"),
    View("payment-awaited", "/fees/{invoice}/paid", who="payer"),
    View("paid", "/fees/{paid}/paid", who="registrant"),
    View("authenticator", "/security/authenticator", who="registrant"),
    View("passkey", "/security/passkey", who="registrant"),
    View("staff-queue", "/staff/applications", who="registration_officer"),
    View("staff-queue-nobody", "/staff/applications?text=nobody", who="registration_officer"),
    View("staff-application", "/staff/applications/{file}", who="registration_officer"),
    View("staff-beside-document", "/staff/applications/{file}?document={document}", who="registration_officer"),
    View("staff-note", "/staff/applications/{file}/note", who="registration_officer"),
    View("staff-upload", "/staff/applications/{file}/documents", who="registration_officer"),
    View("staff-ask-for-more", "/staff/applications/{file}/request-more", who="registration_officer"),
    View("staff-document", "/staff/documents/{document}/decision?application={file}", who="registration_officer"),
    View("staff-decision", "/staff/applications/{file}/decision", who="registrar"),
    View("staff-decision-nothing-chosen", "/staff/applications/{file}/decision", _nothing_chosen, who="registrar"),
    View("staff-decision-letter", "/staff/applications/{file}/decision", _refused_on_paper, who="registrar"),
    View("staff-decision-changed", "/staff/applications/{file}/decision", _changed_meanwhile, who="registrar"),
    View("staff-refer", "/staff/applications/{file}/refer", who="registrar"),
    View("staff-registrants", "/staff/registrants", who="registration_officer"),
    View("staff-registrants-nobody", "/staff/registrants?name=nobody", who="registration_officer"),
    View("staff-registrant", "/staff/registrants/{number}", who="registrar"),
    View("staff-registrant-status", "/staff/registrants/{number}/status", who="registrar"),
    View("staff-registrant-status-nothing-chosen", "/staff/registrants/{number}/status", _nothing_chosen, who="registrar"),
    View("staff-registrant-status-preview", "/staff/registrants/{number}/status", _status_written, who="registrar"),
    View("staff-registrant-ended", "/staff/registrants/{ended}", who="registrar"),
    View("staff-take-back", "/staff/registrants/{ended}/facts/{mistake}/take-back", who="registrar"),
    View("staff-invoices", "/staff/invoices", who="billing_officer"),
    View("staff-invoices-nobody", "/staff/invoices?text=nobody", who="billing_officer"),
    View("staff-invoices-wrong-day", "/staff/invoices?since=yesterday", who="billing_officer"),
    View("staff-invoice", "/staff/invoices/{invoice}", who="registrar"),
    View("staff-payments", "/staff/payments", who="billing_officer"),
    View("staff-payment-notices", "/staff/payment-notices", who="billing_officer"),
    View("staff-payment-notice", "/staff/payment-notices/{notice}/resolve", who="billing_officer"),
    View("staff-payment-notice-nothing-typed", "/staff/payment-notices/{notice}/resolve", _nothing_chosen, who="billing_officer"),
    View("staff-messages", "/staff/messages", who="registration_officer"),
    View("staff-message", "/staff/messages/{message}", who="registration_officer"),
    View("staff-messages-sent", "/staff/messages?delivery=sent&order=recipient", who="registration_officer"),
    View("staff-certificates", "/staff/certificates", who="registration_officer"),
    View("staff-dead-letters", "/staff/dead-letters", who="registrar"),
    View("staff-audit", "/staff/audit", who="registrar"),
    View("staff-audit-entries", "/staff/audit?service=applications&order=oldest", who="registrar"),
    View("staff-access-requests", "/staff/access-requests", who="registration_officer"),
    View("staff-mailings", "/staff/mailings", who="registrar"),
    View("staff-mailing", "/staff/mailings/{mailing}", who="registrar"),
    View("staff-mailing-new", "/staff/mailings/new", who="registrar"),
    View("staff-mailing-new-nothing-typed", "/staff/mailings/new", _nothing_chosen, who="registrar"),
    View("staff-mailing-new-once-more", "/staff/mailings/new", _mailing_written, who="registrar"),
)
