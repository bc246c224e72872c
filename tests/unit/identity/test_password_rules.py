"""Which passwords are good enough."""

import hashlib

import pytest

from services.contracts.college import load_college
from services.contracts.identity.errors import PasswordBreached, PasswordNamesCollege, PasswordTooWeak
from services.identity.passwords import breached_passwords
from services.identity.passwords.breached_passwords import BreachedPasswords, UnfitFile
from services.identity.passwords.password_rules import PasswordRules, own_words
from tests.support.places import ROOT

EMAIL = "Ana.Tremblay@example.org"
RULES = PasswordRules()
OF_CRPO = PasswordRules(own_words(load_college(ROOT / "deploy/colleges/crpo"), "https://portal.college-example.org/"))


@pytest.mark.parametrize("password", ["abcdefgh1jkl", "x" * 3 + "yz" * 98, "Les érables rougissent.", "ééééééééééàà"])
def test_a_password_of_12_to_200_characters_passes(password):
    RULES.check(password, EMAIL)


@pytest.mark.parametrize(
    "password",
    [
        "",
        "elevenchars",
        "x" * 201,
        "password1234",
        "PassWord1234",
        "motdepasse123",
        "RegistratioN1",
        "ana.tremblay@EXAMPLE.org",
    ],
)
def test_a_short_long_or_common_password_or_the_own_address_is_refused(password):
    with pytest.raises(PasswordTooWeak) as refusal:
        RULES.check(password, EMAIL)
    assert refusal.value.params == {"shortest": 12}


# ---- the college's own words ---------------------------------------------------------------------------------------------


def test_the_colleges_own_words_are_its_names_its_profession_and_its_hosts():
    assert OF_CRPO.own_words == {
        "crpo",
        "opao",
        "collegeofregisteredpsychotherapistsofontario",
        "ordredespsychotherapeutesautorisesdelontario",
        "psychotherapy",
        "psychotherapie",
        "psychotherapist",
        "psychotherapeute",
        "therapist",
        "therapy",
        "therapeute",
        "therapie",
        "crpo.ca",
        "portal.college-example.org",
    }


@pytest.mark.parametrize(
    "password",
    [
        "welcome to CRPO 2026",
        "OPAO-hiver-2026",
        "J’aime la psychothérapie!",
        "therapist-123",
        "p s y c h o t h e r a p y 1",
        "https://Portal.College-Example.org",
        "ordre des psychothérapeutes autorisés de l’Ontario",
    ],
)
def test_a_password_with_the_colleges_name_profession_or_address_in_it_is_refused_with_the_reason(password):
    with pytest.raises(PasswordNamesCollege) as refusal:
        OF_CRPO.check(password, EMAIL)
    for language, word in (("en", "College’s name"), ("fr", "nom ou le sigle de l’Ordre")):
        assert word in refusal.value.say(language)
    RULES.check(password, EMAIL)  # of another college it is none


def test_words_that_have_the_short_name_across_their_borders_pass():
    OF_CRPO.check("trop aoûtien pour ce lac", EMAIL)


# ---- breached passwords --------------------------------------------------------------------------------------------------


def digest(password):
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


def breached(folder, passwords, end="\r\n"):
    """A list as the downloader writes it."""
    file = folder / "pwned.txt"
    file.write_bytes("".join(f"{line}:{len(line) * 7}{end}" for line in sorted(map(digest, passwords))).encode())
    return BreachedPasswords(file)


@pytest.mark.parametrize("many", [1, 2, 3, 64, 1001])
@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_each_password_of_the_list_is_found_and_no_other(tmp_path, many, end):
    known = [f"password number {number}" for number in range(many)]
    found = breached(tmp_path, known, end)
    assert all(found.has(password) for password in known)
    assert not any(found.has(f"another {number}") for number in range(100))


def test_the_last_line_may_have_no_end(tmp_path):
    file = tmp_path / "pwned.txt"
    file.write_text(f"{digest('the lake is frozen')}:3")
    assert BreachedPasswords(file).has("the lake is frozen")


def test_a_breached_password_is_refused_with_the_reason(tmp_path):
    rules = PasswordRules(breached=breached(tmp_path, ["the lake is frozen", "les érables rougissent"]))
    for password in ("the lake is frozen", "les e\u0301rables rougissent"):  # however an accented letter is typed
        with pytest.raises(PasswordBreached) as refusal:
            rules.check(password, EMAIL)
        assert "stolen passwords" in refusal.value.say("en") and "mots de passe volés" in refusal.value.say("fr")
    rules.check("The lake is frozen", EMAIL)


def test_a_search_reads_a_few_lines_of_a_large_list(tmp_path, monkeypatch):
    found = breached(tmp_path, [f"password number {number}" for number in range(20_000)])
    read, line_from = [], breached_passwords._line_from
    monkeypatch.setattr(breached_passwords, "_line_from", lambda *place: read.append(place) or line_from(*place))
    assert found.has("password number 12345")
    assert len(read) <= 24  # log2 of 20,000 lines of 46 bytes


@pytest.mark.parametrize("content", ["", "password\n", "a" * 40 + ":1\n", "A" * 40 + "B:1\n"])
def test_a_file_that_is_no_such_list_keeps_the_service_from_starting(tmp_path, content):
    file = tmp_path / "pwned.txt"
    file.write_text(content)
    with pytest.raises(UnfitFile):
        BreachedPasswords(file)
    with pytest.raises(UnfitFile):
        BreachedPasswords(tmp_path / "none.txt")
