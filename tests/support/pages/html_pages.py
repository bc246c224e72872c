"""Reads a page with the standard’s own parser: what it mends is a fault, as is a name used twice and a reference to nothing there."""

import re
from collections import Counter

import html5lib
from html5lib.constants import E

# Whose end the standard lets one leave out, and our templates do not.
_CLOSED = re.compile(r"<(/?)(p|li|dt|dd|tr|td|th|thead|tbody|option|optgroup)\b")
INPUTS = frozenset({"input", "textarea", "select"})


class ReadPage:
    """A page that was read; `faults` lists what is wrong with its markup."""

    def __init__(self, html: str) -> None:
        assert html.startswith("<!doctype html>")
        parser = html5lib.HTMLParser(namespaceHTMLElements=False)
        document = parser.parse(html)
        self.faults = [f"line {place[0]}: {E[code] % values}" for place, code, values in parser.errors]
        tags = Counter(_CLOSED.findall(html))
        self.faults += [f"<{tag}> is not closed" for end, tag in tags if not end and tags["/", tag] != tags["", tag]]
        elements = [element for element in document.iter() if isinstance(element.tag, str)]  # a comment's is none
        self.tags = [(element.tag.rpartition("}")[2], dict(element.attrib)) for element in elements]
        tokens = html5lib.getTreeWalker("etree")(document)
        self.text = "".join(token["data"] for token in tokens if token["type"] in ("Characters", "SpaceCharacters"))
        self._check_references()

    def all(self, *tags: str) -> list[dict[str, str]]:
        """The attributes of each element of these names."""
        return [attributes for tag, attributes in self.tags if tag in tags]

    def form(self) -> dict[str, str]:
        """What the form holds as it was shown: the hidden fields, and what was filled in already."""
        return {one["name"]: one.get("value", "") for one in self.all("input") if one.get("type") != "radio"}

    def _check_references(self) -> None:
        ids = [attributes["id"] for _, attributes in self.tags if "id" in attributes]
        self.faults += [f"two with the id {one}" for one in set(ids) if ids.count(one) > 1]
        for tag, attributes in self.tags:
            named = attributes.get("aria-describedby", "").split() + attributes.get("aria-labelledby", "").split()
            named += [attributes["for"]] if "for" in attributes else []
            named += [attributes["href"][1:]] if attributes.get("href", "").startswith("#") else []
            self.faults += [f"<{tag}> names {one}, which is not there" for one in named if one not in ids]
        labelled = {one.get("for") for one in self.all("label")}
        for one in self.all(*INPUTS):
            if one.get("type") != "hidden" and one.get("id") not in labelled:
                self.faults.append(f"the input {one.get('name')} has no label")


def read_page(answer, language: str) -> ReadPage:
    """Gives a page that is sound, in this language, with one heading, and without script or style of its own."""
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    page = ReadPage(answer.text)
    assert page.faults == []
    assert [one["lang"] for one in page.all("html")] == [language] and len(page.all("h1")) == 1
    assert [one for one in page.all("meta") if one.get("name") == "viewport"]
    assert all(one.get("src", "").startswith("/assets/") for one in page.all("script"))
    assert not page.all("style") and not [one for _, one in page.tags if "style" in one or "onclick" in one]
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy
    assert answer.headers["Content-Language"] == language
    return page
