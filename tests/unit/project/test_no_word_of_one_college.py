"""What the product is made of names no college, profession, province or law: those are in the profile, and nowhere else."""

import subprocess
from pathlib import Path

import pytest

from tests.support.colleges.words_of_one_college import found_in

ROOT = Path(__file__).resolve().parents[3]
PRODUCT = ("services", "gateway", "staff")
READ = {".py", ".html", ".typ", ".md", ".txt", ".po", ".css", ".js", ".mako", ".yaml", ".json", ".toml"}
OF_OTHERS = ("gateway/portal/assets/govuk-frontend/",)
# In the table of Canada's provinces they are data, as its countries are; in the passwords of everybody, and as a language's name.
THEIR_PLACE = {
    ("services/applications/form/places.py", "Ontario"),
    ("services/applications/form/places.py", "Quebec"),
    ("services/applications/form/places.py", "Québec"),
    ("services/applications/form/places.py", "Alberta"),
    ("services/applications/form/places.py", "Manitoba"),
    ("services/identity/passwords/common_passwords.txt", "ontario12345"),
    ("services/identity/passwords/common_passwords.txt", "quebec123456"),
    ("services/identity/passwords/common_passwords.txt", "toronto12345"),
    ("services/identity/passwords/common_passwords.txt", "toronto123456"),
}


def sources() -> list[str]:
    command = ["git", "ls-files", "-co", "--exclude-standard", *PRODUCT]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in listed.stdout.splitlines() if Path(name).suffix in READ and not name.startswith(OF_OTHERS)]


def test_no_word_of_one_college_is_in_the_product():
    names = sources()
    assert len(names) > 700
    found = []
    for name in names:
        for number, line in enumerate((ROOT / name).read_text(encoding="utf-8").splitlines(), 1):
            words = [word for word in found_in(line) if not {(name, word), (name, line)} & THEIR_PLACE]
            found += [f"{name}:{number}: {word}" for word in words]
    assert found == [], "say it in the profile (docs/how-to/add-a-section-of-the-profile.md), or by a word of every college"


@pytest.mark.parametrize(
    "line",
    [
        'zone = "America/Toronto"',
        "# The CRPO wants it so.",
        "tax: (en: “HST”, fr: “TVH”)",
        "hparb_due",
        "Psychothérapeute autorisé",
        "the jurisprudence module",
        "rp_qualifying",
        "mailto:info@crpo.ca",
        "la Loi de 2007 sur les psychothérapeutes",
        "an Ontarian",
    ],
)
def test_a_word_of_one_college_is_seen_wherever_it_stands(line):
    assert found_in(line)


@pytest.mark.parametrize(
    "line", ["rp_id=site.host", "the college’s own zone", "nursery", "first aid", "a test", "the tax of the day"]
)
def test_a_word_of_every_college_is_none(line):
    assert found_in(line) == []
