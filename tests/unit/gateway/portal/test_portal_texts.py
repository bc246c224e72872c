"""The portal's texts: complete in French, and a fault in them is told."""

import re

import pytest

from gateway.portal.kit import catalogues, texts
from gateway.portal.kit.templating import FOLDER, templates


def test_every_text_has_its_french():
    assert catalogues.faults() == []


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Fees"\nmsgstr ""\n', "missing: Fees"),
        ('#, fuzzy\nmsgid "Fees"\nmsgstr "Droits"\n', "to be looked at: Fees"),
        ('msgid "Never said"\nmsgstr "Jamais dit"\n', "stale: Never said"),
        ('#~ msgid "Said once"\n#~ msgstr "Dit une fois"\n', "stale: Said once"),
        ('msgid "Write to %(address)s"\nmsgstr "Écrire à %(adresse)s"\n', "other places: Write to %(address)s"),
    ],
)
def test_a_fault_in_the_french_is_told(tmp_path, monkeypatch, entry, fault):
    file = tmp_path / "portal.po"
    file.write_text(entry)
    monkeypatch.setattr(catalogues, "FRENCH", file)
    assert fault in catalogues.faults()


def test_updating_takes_new_texts_in_and_leaves_old_ones_out_but_changes_nothing_that_is_complete(tmp_path, monkeypatch):
    file = tmp_path / "portal.po"
    file.write_text(texts.FRENCH.read_text() + '\nmsgid "Never said"\nmsgstr "Jamais dit"\n')
    monkeypatch.setattr(catalogues, "FRENCH", file)
    catalogues.update()
    assert file.read_text() == texts.FRENCH.read_text()


@pytest.mark.parametrize(("language", "colon"), [("en", "Fees: 2"), ("fr", "Droits\u00a0: 2")])
def test_a_colon_between_a_name_and_its_value_is_written_as_the_language_writes_it(language, colon):
    assert templates(language).from_string('{{ _("Fees") }}{{ colon }}{{ 2 }}').render() == colon


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.html")), ids=lambda path: path.name)
def test_no_template_writes_one_of_its_own(path):
    outside = re.sub(r"{% trans.*?{% endtrans %}", "", path.read_text(), flags=re.DOTALL)
    assert re.findall(r".{20}(?:}}|%}|</a>): ", outside) == []


def test_a_text_of_code_is_said_in_either_language():
    assert texts.say("en", "Write to %(address)s", address="a@b.ca") == "Write to a@b.ca"
    assert texts.say("fr", "Write to %(address)s", address="a@b.ca") == "Écrire à a@b.ca"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_template_can_be_read(language):
    environment = templates(language)
    assert len(environment.list_templates()) > 10
    for name in environment.list_templates():
        environment.get_template(name)


@pytest.mark.parametrize("sign", ["%(a)0400000000d", "%(a)c", "%s", "100 %", "%%", "{0}", "<b>"])
def test_a_value_and_a_label_of_the_college_are_no_formats(sign):
    assert texts.say("en", "Write to %(address)s", address=sign) == f"Write to {sign}"
    assert texts.say("fr", texts.Verbatim(sign)) == sign
    page = templates("en").from_string("{{ _(label) }} {% trans name=label %}Hello {{ name }}, 100 %{% endtrans %}")
    shown = sign.replace("<", "&lt;").replace(">", "&gt;")
    assert page.render(label=texts.Verbatim(sign)) == f"{shown} Hello {shown}, 100 %"


def test_a_text_is_filled_with_texts_alone():
    assert texts.filled("%(a)0400000000d %(a)s %d", {"a": 1}) == "%(a)0400000000d 1 %d"
    many = templates("en").from_string("{% trans count=n %}{{ count }} file{% pluralize %}{{ count }} files{% endtrans %}")
    assert many.render(n=1) == "1 file" and many.render(n=2) == "2 files"
