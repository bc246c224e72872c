"""A delegate on the portal's pages, with the real services behind them: invited, let in, at work for somebody, and back again (B11)."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select, update

from gateway.http.cookies import WORK
from services.common.kernel import clock
from services.common.persistence.tables import audit
from services.common.security.tokens import Delegation as Agreed
from services.contracts import identity as contracts
from services.contracts.applications import applicant
from services.contracts.pages import APPLICATION_FORM, DOCUMENTS, FEES
from services.identity.models import Account, Delegation, HeldRole
from tests.support.actors.applications_journey import PAGES, Applicant
from tests.support.actors.cookie_browser import ACCESS, ACTING, INVITATION, REFRESH, Browser
from tests.support.actors.identity_people import PASSWORD, add_person, token_in
from tests.support.gateway_rig import start_gateway
from tests.support.pages.html_pages import read_page
from tests.support.waiting import until

ANA, SAM = "ana.tremblay@example.org", "sam@office.example"
FORM = "/application/pages/education"
WORDS = {
    "en": ("You are working for", "Stop"),
    "fr": ("Vous travaillez pour", "Arrêter"),
}


@pytest.fixture
def college(system):
    """Ana, who has a draft, and Sam, who has an account of another kind."""
    system.start("identity", "applications")
    system.base = start_gateway(system, PUBLIC_URL="https://college.test")
    system.ana = Applicant(system, ready=False)
    system.ana.account_id = add_person(system, ANA)
    system.ana.caller = system.caller("applicant", account_id=system.ana.account_id)
    system.ana.open()
    system.sam = add_person(system, SAM, "registrant", language="en")
    system.invited = 0
    return system


def invited(system, *pages, email=SAM):
    """Ana invites a delegate; gives the address that the mail leads to."""
    about = {"email": email, "name": "Sam", "pages": list(pages or [APPLICATION_FORM])}
    system.call(contracts.delegates.InviteDelegate, system.ana.caller, **about)
    system.invited += 1
    fact = system.announced(contracts.events.DelegateInvited, count=system.invited)[-1]
    return "/delegation?token=" + token_in(system, fact, "delegation")


def signed_in(system, email=SAM, language="en"):
    browser = Browser(system.base)
    browser.get(f"/sign-in?language={language}")
    assert browser.post("/sign-in", login=email, password=PASSWORD).status_code == 303
    return browser


def accept(browser, address):
    return browser.post("/delegation", token=address.partition("token=")[2])


def held(system, browser):
    """The delegation that Sam has accepted last."""
    with system.session("identity") as session:
        statement = select(Delegation.id).filter_by(delegate_id=system.sam).order_by(Delegation.id.desc()).limit(1)
        return session.scalars(statement).one()


def at_work(system, *pages, language="en"):
    """Sam, who works for Ana."""
    browser = signed_in(system, language=language)
    assert accept(browser, invited(system, *pages)).status_code == 303
    browser.delegation = held(system, browser)
    assert begin(browser).status_code == 303
    assert ACTING in browser.cookies
    return browser


def begin(browser):
    return browser.post(f"/security/delegates/{browser.delegation}/act")


def end(system, browser):
    """Ana ends it; waits until the gateway has heard."""
    system.call(contracts.delegates.EndDelegation, system.ana.caller, delegation_id=browser.delegation)
    until(lambda: edge(system)._ended.has(str(browser.delegation)), "the gateway's hearing of the end")


def edge(system):
    """The part of the gateway that listens to browsers."""
    return next(one for one in system.containers["gateway"].dependencies if one.attr_name == "http")


def follow(browser, answer):
    """Goes where an answer leads, as a browser does."""
    assert answer.status_code == 303
    return browser.get(answer.headers["Location"])


def saved(system):
    return system.ana.call(applicant.GetPage, page="education")


# ---- accepting -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "says"), [("en", "Sign in to see who invites you"), ("fr", "Ouvrez une session pour voir qui vous invite")]
)
def test_signed_out_the_link_leads_through_signing_in_and_back_and_its_secret_is_in_no_further_address(college, language, says):
    browser, address = Browser(college.base), invited(college)
    token = address.partition("token=")[2]
    shown = browser.get(f"{address}&language={language}")
    page = read_page(shown, language)
    assert says in page.text and ANA not in page.text and shown.headers["Cache-Control"] == "no-store"
    away = browser.post("/delegation", **page.form(), then="sign-in")
    assert away.headers["Location"] == "/sign-in?next=%2Fdelegation"
    assert token not in browser.get(away.headers["Location"]).text
    back = browser.post("/sign-in", login=SAM, password=PASSWORD, next="/delegation")
    assert back.headers["Location"] == "/delegation"
    page = read_page(browser.get("/delegation"), language)
    assert ANA in page.text and page.form()["token"] == token
    done = browser.post("/delegation", **page.form())
    assert done.headers["Location"] == "/security/delegates" and INVITATION not in browser.cookies
    listed = read_page(browser.get("/security/delegates"), language)
    assert ANA in listed.text
    assert [one for one in listed.all("form") if one["action"].endswith("/act")]


def test_a_link_in_a_mail_program_is_asked_for_once_more_by_our_own_page_so_that_the_session_is_known(college):
    browser, address = signed_in(college), invited(college)
    del browser.cookies[ACCESS]  # and the strict cookie does not come along from elsewhere
    strict = browser.cookies.pop(REFRESH)
    once_more = browser.ask("GET", address, "cross-site")
    assert 'http-equiv="refresh"' in once_more.text
    browser.cookies[REFRESH] = strict
    assert ANA in browser.get(address).text


def test_looking_at_invitations_is_slowed_down_as_accepting_is(system, college):
    system.base = start_gateway(system, PUBLIC_URL="https://college.test", RATE_LIMIT_FACTOR="0.1")
    browser = signed_in(system)
    codes = [browser.get("/delegation?token=guess").status_code for _ in range(4)]
    assert codes == [410, 410, 410, 429]
    assert accept(browser, "/delegation?token=guess").status_code == 429


def test_who_opens_an_account_for_an_invitation_finds_it_when_they_first_sign_in(college):
    browser, address = Browser(college.base), invited(college)
    page = read_page(browser.get(address), "en")
    assert browser.post("/delegation", **page.form(), then="open-account").headers["Location"] == "/start"
    new = "newcomer@office.example"
    assert browser.post("/start", email=new, password=PASSWORD, once="a").status_code == 303
    fact = college.announced(contracts.events.AccountOpened)[0]
    assert browser.post("/activate", token=token_in(college, fact, "activate")).status_code == 200
    led = browser.get("/portal").headers["Location"]
    assert urlsplit(led).path == "/sign-in"
    back = browser.post("/sign-in", login=new, password=PASSWORD, next="/portal")
    assert back.headers["Location"] == "/delegation"
    assert ANA in read_page(browser.get("/delegation"), "en").text
    browser.post("/sign-out")
    assert INVITATION not in browser.cookies  # it is not for the next one at this computer


@pytest.mark.parametrize(
    ("language", "over", "own", "again"),
    [
        ("en", "This invitation is over", "You sent this invitation yourself", "You have accepted"),
        ("fr", "n’est plus valable", "C’est vous qui avez envoyé", "Vous avez accepté"),
    ],
)
def test_an_invitation_that_cannot_be_accepted_says_why(college, language, over, own, again):
    address, sam, ana = invited(college), signed_in(college, language=language), signed_in(college, ANA, language)
    for send in (lambda browser, where: browser.get(where), accept):
        unknown = send(sam, "/delegation?token=unknown")
        assert unknown.status_code == 410 and over in read_page(unknown, language).text
        assert own in read_page(send(ana, address), language).text
    assert accept(sam, address).status_code == 303
    for send in (lambda browser, where: browser.get(where), accept):
        assert again in read_page(send(sam, address), language).text
    taken_back = invited(college, email="else@office.example")
    with college.session("identity") as session:
        session.execute(
            update(Delegation).where(Delegation.state == "invited").values(token_expires_at=clock.now() - timedelta(1))
        )
    assert over in read_page(sam.get(taken_back), language).text
    assert read_page(sam.get(f"/delegation?token={'x' * 300}"), language)


def test_staff_are_told_that_they_cannot_be_delegates(college):
    add_person(college, "officer@college.example", "registrant")
    officer, address = signed_in(college, "officer@college.example"), invited(college)
    with college.session("identity") as session:
        account_id = session.scalars(select(Account.id).filter_by(email="officer@college.example")).one()
        session.add(HeldRole(account_id=account_id, role="support", granted_at=clock.now()))
    for answer in (officer.get(address), accept(officer, address)):
        assert answer.status_code == 409 and "Members of staff cannot be delegates." in read_page(answer, "en").text


def test_another_site_accepts_begins_and_stops_nothing(college):
    browser, address = signed_in(college), invited(college)
    token = address.partition("token=")[2]
    for site in ("cross-site", "same-site"):
        assert browser.ask("POST", "/delegation", site, data={"token": token}).status_code == 403
    accept(browser, address)
    browser.delegation = held(college, browser)
    begun = f"/security/delegates/{browser.delegation}/act"
    assert browser.ask("POST", begun, "cross-site").status_code == 403 and ACTING not in browser.cookies
    assert browser.get(begun).status_code == 405
    begin(browser)
    assert browser.ask("POST", "/stop-working-for", "cross-site").status_code == 403 and ACTING in browser.cookies
    assert browser.ask("POST", FORM, "cross-site", data={"programme_name": "Evil"}).status_code == 403
    assert saved(college)["version"] == 0


# ---- at work ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_delegate_fills_in_a_page_under_a_banner_and_the_trail_tells_by_whom_for_whom(college, language):
    browser, (banner, stop) = at_work(college, language=language), WORDS[language]
    first = follow(browser, browser.get("/portal"))
    page = read_page(first, language)
    assert f"{banner} {ANA}" in page.text and stop in page.text
    links = [one["href"] for one in page.all("a") if "govuk-service-navigation__link" in one.get("class", "")]
    assert links == ["/application"]
    assert not [one for one in page.all("a") if one["href"] in ("/application/check", "/application/withdraw")]
    form = read_page(browser.get(FORM), language).form()
    assert browser.post(FORM, **form | {"programme_name": "Counselling", "then": "list"}).status_code == 303
    assert saved(college)["values"]["programme_name"] == "Counselling"
    with college.session("applications") as session:
        actors = session.scalars(select(audit.c.actor).where(audit.c.action == "application:fill-in")).all()
    assert actors == [f"account/{college.sam} for account/{college.ana.account_id}"]
    assert banner in browser.get("/register").text  # wherever they look
    assert browser.post("/stop-working-for").headers["Location"] == "/security/delegates"
    assert ACTING not in browser.cookies
    own = read_page(browser.get("/security/delegates"), language)
    assert banner not in own.text


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "You cannot do this for somebody else."), ("fr", "Vous ne pouvez pas faire ceci pour une autre")],
)
def test_what_was_not_opened_is_refused_with_words(college, language, words):
    browser = at_work(college, language=language)
    refused = ["/application/documents", "/application/check", "/application/withdraw", "/fees-and-receipts", "/messages"]
    refused += ["/registration", "/quality-assurance", "/security", "/security/delegates", "/security/password", "/staff/audit"]
    for path in refused:
        answer = browser.get(path)
        assert answer.status_code == 403, path
        page = read_page(answer, language)
        assert words in page.text and WORDS[language][0] in page.text
    for path in ("/application/check", "/application/withdraw", "/security/delegates/invite", "/security/password"):
        assert browser.post(path, once="a").status_code == 403, path
    assert begin(browser).status_code == 403
    assert college.ana.mine()["state"] == "draft"
    address = invited(college, email="else@office.example")
    assert WORDS[language][1] in read_page(browser.get(address), language).text
    assert accept(browser, address).status_code == 403


def test_the_api_takes_the_browsers_cookies_as_the_delegates_too(college):
    browser = at_work(college)
    assert browser.get("/api/v1/application").json()["reference"] == college.ana.reference
    assert browser.get("/api/v1/me").status_code == 403
    assert browser.get("/api/v1/application/documents").status_code == 403
    end(college, browser)
    assert browser.get("/api/v1/me").status_code == 401  # not as themselves, without having been told


def test_a_delegate_who_does_not_see_the_files_leaves_the_answers_that_name_one(college):
    college.ana.save("education", **PAGES["education"])
    file = {"file_name": "a.pdf", "media_type": "application/pdf", "size": 9, "sha256": "ab" * 32}
    document = college.ana.call(applicant.RecordDocument, requirement="degree_or_diploma", **file)
    college.ana.save("education", **PAGES["education"], degree_document=str(document["id"]))
    browser = at_work(college)
    form = read_page(browser.get(FORM), "en").form()
    assert "degree_document" not in form
    assert browser.post(FORM, **form | {"programme_name": "Psychothérapie", "then": "list"}).status_code == 303
    values = saved(college)["values"]
    assert (values["programme_name"], values["degree_document"]) == ("Psychothérapie", str(document["id"]))


def test_a_delegate_for_the_documents_alone_sees_and_removes_them(college):
    file = {"file_name": "a.pdf", "media_type": "application/pdf", "size": 9, "sha256": "ab" * 32}
    document = college.ana.call(applicant.RecordDocument, requirement="government_id", **file)
    browser = at_work(college, DOCUMENTS)
    page = read_page(follow(browser, browser.get("/portal")), "en")
    assert "a.pdf" in page.text and not [one for one in page.all("a") if one["href"] == "/application"]
    assert browser.post(f"/application/documents/{document['id']}/remove", sure="yes").status_code == 303
    assert college.ana.call(applicant.ListDocuments)["documents"] == []


def test_a_page_filled_in_for_somebody_is_not_saved_in_another_account(college):
    browser = at_work(college)
    form = read_page(browser.get(FORM), "en").form() | {"programme_name": "Counselling", "then": "list"}
    own = form | {"whose": ""}
    refused = browser.post(FORM, **own)  # a tab with the delegate's own application, sent after the work began
    assert refused.headers["Location"] == FORM and "Nothing was saved." in browser.get(FORM).text
    assert browser.post(FORM, **own | {"then": "stay"}).status_code == 409
    assert saved(college)["version"] == 0


# ---- over ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "words"), [("en", f"Your access to the account of {ANA} has ended"), ("fr", f"Votre accès au compte de {ANA}")]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_delegate_is_told_at_the_next_click_that_it_was_ended(college, language, words, method):
    browser = at_work(college, language=language)
    form = read_page(browser.get(FORM), language).form()
    end(college, browser)
    script = browser.ask("POST", FORM, mode="cors", data=form | {"then": "stay"})
    assert script.status_code == 403 and ACTING in browser.cookies  # it does not use up the words
    told = browser.get(FORM) if method == "GET" else browser.post(FORM, **form | {"programme_name": "Late", "then": "list"})
    page = read_page(follow(browser, told), language)
    assert words in page.text and WORDS[language][0] not in page.text
    assert ACTING not in browser.cookies and saved(college)["version"] == 0


def test_signing_out_works_also_when_it_was_ended_and_leaves_nothing(college):
    browser = at_work(college)
    end(college, browser)
    assert browser.post("/sign-out").headers["Location"] == "/signed-out"
    assert not {ACCESS, REFRESH, ACTING} & browser.cookies.keys()


def test_a_token_that_has_run_out_is_renewed_while_the_session_lives(college, monkeypatch):
    browser, signed = at_work(college), edge(college).settings.signed
    session_id, delegation_id, person, _token = signed.read(WORK, browser.cookies[ACTING])
    monkeypatch.setattr(college.keys.signer, "lifetime_s", -1)
    agreed = Agreed(college.sam, frozenset([APPLICATION_FORM]), browser.delegation)
    old = college.keys.signer.sign(college.ana.account_id, ["applicant"], session_id, "en", delegation=agreed)
    browser.cookies[ACTING] = before = signed.write(WORK, [session_id, delegation_id, person, old])
    page = read_page(browser.get(FORM), "en")
    assert WORDS["en"][0] in page.text and browser.cookies[ACTING] != before
    again = browser.cookies[ACTING]
    browser.get(FORM)
    assert browser.cookies[ACTING] == again


def test_it_ends_with_the_session_and_somebody_elses_cookie_is_of_no_use(college):
    browser = at_work(college)
    stolen = browser.cookies[ACTING]
    browser.post("/sign-out")
    assert ACTING not in browser.cookies
    zoe = "zoe@example.org"
    add_person(college, zoe, "registrant")
    for thief in (signed_in(college, zoe), signed_in(college)):  # another person, and another session of the same one
        thief.cookies[ACTING] = stolen
        assert WORDS["en"][0] not in thief.get("/security").text and ACTING not in thief.cookies
        thief.cookies[ACTING] = stolen
        assert thief.get("/api/v1/application").status_code == 403  # as themselves, who are no applicants
    nobody = Browser(college.base)
    nobody.cookies[ACTING] = stolen
    assert nobody.get("/application").headers["Location"].startswith("/sign-in")


def test_somebody_who_is_no_delegate_begins_nothing(college):
    browser = at_work(college)
    stranger = signed_in(college, ANA)
    stranger.delegation = browser.delegation
    assert begin(stranger).status_code == 404 and ACTING not in stranger.cookies
    end(college, browser)
    browser.get("/portal")
    assert follow(browser, begin(browser)).status_code == 200 and ACTING not in browser.cookies


def test_fees_can_be_opened_alone(college):
    college.start("billing", PAYMENT_PROVIDER_URL="http://127.0.0.1:9", PAYMENT_API_KEY="key", PAYMENT_WEBHOOK_SECRET="secret")
    browser = at_work(college, FEES)
    page = read_page(follow(browser, browser.get("/portal")), "en")
    assert "There is nothing to pay." in page.text
