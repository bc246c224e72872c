"""What is known against a library is never taken for nothing, and what was decided of it stays."""

import re

import pytest

from deploy import advisories
from deploy.advisories import Advisory, NobodyAnswered, decisions, written

INTRODUCTION = "# Advisories\n\nWhat it is.\n\n## The last answer\n\nNone yet.\n"
FOUND = [Advisory("nameko", "2.13.0", "PYSEC-2021-387", "2.14.0"), Advisory("amqp", "5.0.0", "GHSA-aaaa", "")]


def test_a_library_that_a_service_left_out_is_not_taken_for_sound():
    answer = [{"name": "nameko", "version": "2.14.1", "vulns": []}, {"name": "amqp", "skip_reason": "not found"}]
    with pytest.raises(NobodyAnswered, match="1 of 2"):
        advisories.read(answer, "pypi")


def test_an_answer_is_read_with_what_mends_each():
    vulns = [{"id": "PYSEC-2021-387", "fix_versions": ["2.14.0"]}]
    answer = [{"name": "nameko", "version": "2.13.0", "vulns": vulns}, {"name": "amqp", "version": "5.4.2", "vulns": []}]
    assert advisories.read(answer, "osv") == FOUND[:1]


def test_a_new_answer_takes_the_place_of_the_old_one_and_keeps_what_was_decided():
    page = written(INTRODUCTION, FOUND, "OSV, on 2026-11-29.")
    assert set(decisions(page).values()) == {advisories.OPEN} and "None yet." not in page
    decided = page.replace(f"| 2.14.0 | {advisories.OPEN} |", "| 2.14.0 | fixed by raising it to 2.14.1 |")
    again = written(decided, FOUND, "OSV, on 2026-12-06.")
    assert decisions(again)["nameko", "PYSEC-2021-387"] == "fixed by raising it to 2.14.1"
    assert decisions(again)["amqp", "GHSA-aaaa"] == advisories.OPEN
    assert "2026-11-29" not in again and again.startswith("# Advisories\n\nWhat it is.\n")


def test_an_answer_without_advisories_says_so():
    assert "Nothing is known against any of them." in written(INTRODUCTION, [], "OSV, on 2026-11-29.")


def test_the_page_says_when_it_was_last_asked():
    assert re.search(r"20\d\d-\d\d-\d\d", advisories.PAGE.read_text().partition("## The last answer")[2])
