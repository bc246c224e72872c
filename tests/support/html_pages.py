"""Reads a page as strictly as no browser does: every tag closed in its place, every name used once, every reference to something there."""

from html.parser import HTMLParser

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "rect", "path"})
DRAWN = frozenset({"rect", "path"})  # within a picture these may also be closed
INPUTS = frozenset({"input", "textarea", "select"})


class ReadPage(HTMLParser):
    """A page that was read; `faults` lists what is wrong with its markup."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.text = ""
        self._open: list[str] = []
        assert html.startswith("<!doctype html>")
        self.feed(html)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self._open]
        self._check_references()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        if len(dict(attrs)) != len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if tag not in DRAWN and (not self._open or self._open.pop() != tag):
            self.faults.append(f"</{tag}> closes nothing")

    def handle_data(self, data: str) -> None:
        self.text += data

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
