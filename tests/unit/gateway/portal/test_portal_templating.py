"""The templates are ready before the first page is asked for."""

import pytest
from jinja2 import Environment

from gateway.portal.kit.templating import templates, warm


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_waits_for_its_template_once_they_are_warm(language, monkeypatch):
    warm()

    def compiled(*_given, **_named):
        raise AssertionError("a template was compiled while somebody waited")

    monkeypatch.setattr(Environment, "compile", compiled)
    for name in templates(language).list_templates():
        templates(language).get_template(name)
