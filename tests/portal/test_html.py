"""Every page as it is sent is HTML without a fault: as the standard's own parser reads it, and in what the parser does not look at."""

import html5lib
import pytest
import requests
from html5lib.constants import E

from tests.portal.page_catalogue import VIEWS
from tests.support.waiting import PATIENCE_S

_INTERACTIVE = ("a", "button", "input", "select", "textarea", "summary")
_NAMING = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "form")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_is_valid_html(college, people, language):
    faults = {}
    for view in VIEWS:
        cookies = {}
        if view.who:
            cookie = people.cookie(view.who)
            cookies = {cookie["name"]: cookie["value"]}
        answer = requests.get(
            college.url + view.address(people), headers={"Accept-Language": language}, cookies=cookies, timeout=PATIENCE_S
        )
        if found := faults_of(answer.text):
            faults[view.name] = found
    assert faults == {}


def faults_of(html: str) -> list[str]:
    """Says what is wrong with a page."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(html)
    faults = [f"line {place[0]}: {E[code] % values}" for place, code, values in parser.errors]
    ids = [one.get("id") for one in page.iter() if one.get("id") is not None]
    faults += [f"id {one!r} twice, or empty" for one in {one for one in ids if ids.count(one) > 1 or not one.strip()}]
    for one in page.iter():
        for name in _NAMING:
            faults += [f"{name}={given!r} names nothing" for given in (one.get(name) or "").split() if given not in ids]
        if one.tag in ("a", "button"):
            faults += [
                f"<{inner.tag}> within <{one.tag}>" for inner in one.iter() if inner.tag in _INTERACTIVE and inner is not one
            ]
        if one.tag in ("ul", "ol"):
            faults += [f"<{inner.tag}> right within <{one.tag}>" for inner in one if inner.tag != "li"]
        if one.tag == "img" and one.get("alt") is None:
            faults.append(f"{one.get('src')} has no alt")
    faults += [f"{len(list(page.iter(tag)))} <{tag}>" for tag in ("h1", "main", "title") if len(list(page.iter(tag))) != 1]
    return faults


@pytest.mark.parametrize(
    ("html", "fault"),
    [
        ("<main><h1>x</h1><p>a<ul><li>b</li></ul></p></main>", "line 1"),
        ('<main><h1 id="a">x</h1><p id="a">y</p></main>', "id 'a' twice"),
        ('<main><h1>x</h1><label for="b">y</label></main>', "for='b' names nothing"),
        ('<main><h1>x</h1><a href="/"><button>y</button></a></main>', "<button> within <a>"),
        ("<main><h1>x</h1><ul><p>y</p></ul></main>", "<p> right within <ul>"),
        ('<main><h1>x</h1><img src="z"></main>', "z has no alt"),
        ("<main><h1>x</h1><h1>y</h1></main>", "2 <h1>"),
    ],
)
def test_what_is_wrong_with_a_page_is_found(html, fault):
    beginning = '<!doctype html>\n<html lang="en"><head><title>t</title></head><body>'
    assert not faults_of(f"{beginning}<main><h1>x</h1></main></body></html>")
    assert any(found.startswith(fault) for found in faults_of(beginning.replace("\n", "") + html + "</body></html>"))
