"""What reads pages in tests finds each fault of their markup."""

import pytest

from tests.support.pages.html_pages import ReadPage

_PAGE = '<!doctype html>\n<html lang="en"><head><title>t</title></head>\n<body>{}</body></html>'


def test_a_page_without_fault_is_read_with_its_text_and_elements():
    page = ReadPage(
        _PAGE.format('<!-- a note --><h1 id="a">One &amp; two</h1><form><input type="hidden" name="q" value="v"></form>')
    )
    assert page.faults == []
    assert page.text.split() == ["t", "One", "&", "two"]
    assert page.all("h1") == [{"id": "a"}]
    assert page.form() == {"q": "v"}


@pytest.mark.parametrize(
    "body",
    [
        "<div>a",
        "a</div>",
        '<p id="a" id="b">x</p>',
        "<b><i>x</b></i>",
        "<p>a<ul><li>b</li></ul></p>",
        "<p>a<div>b</div>",
        "<ul><li>a<li>b</ul>",
        "<table><tr><td>a<td>b</tr></table>",
        "<table><div>x</div><tr><td>y</td></tr></table>",
        '<a href="/">x<a href="/">y</a></a>',
        "<form><form></form></form>",
        "<p>a < b</p>",
        "<p>a &copy b</p>",
        '<p id="a">x</p><p id="a">y</p>',
        '<p aria-describedby="z">x</p>',
        '<a href="#z">x</a>',
        '<input name="q">',
    ],
)
def test_a_fault_of_the_markup_is_found(body):
    assert ReadPage(_PAGE.format(body)).faults
