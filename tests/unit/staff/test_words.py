"""What the staff tools say, in both languages, without any system behind them."""

import re
import string

import click
import pytest
from click.testing import CliRunner

from services.common.kernel.version import version
from services.contracts.applications import shapes, states
from services.contracts.billing.invoices import INVOICE_STATES
from services.contracts.correspondence.messages import DELIVERY_STATES
from services.contracts.identity import support
from services.contracts.roles import ALL_ROLES
from staff.__main__ import staff
from staff.commands.applications import spellings
from staff.terminal.client import NoSuchAddress, system_of
from staff.terminal.commands import StaffOption
from staff.terminal.plain import plain
from staff.terminal.texts import TEXTS

COMMANDS = sorted(staff.commands)
GROUPED = {
    f"{name} {inner}": command for name in COMMANDS for inner, command in getattr(staff.commands[name], "commands", {}).items()
}
EVERY = {**staff.commands, **GROUPED}


def run(*arguments, language="en_CA.UTF-8", **environment):
    defaults = {"AMQP_URI": None, "STAFF_SESSION": "/nonexistent/session.json", "LC_ALL": language}
    return CliRunner(env={**defaults, **environment}).invoke(staff, list(arguments))


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_command_has_help_with_examples_in_both_languages(name):
    english, french = run(*name.split(), "--help"), run(*name.split(), "--help", "--language", "fr")
    assert (english.exit_code, french.exit_code) == (0, 0)
    assert f"python -m staff {name}" in english.stdout.partition("Examples:")[2]
    assert f"python -m staff {name}" in french.stdout.partition("Exemples\u00a0:")[2]
    for words in ("Usage:", "Examples:", "Show this", "language of all words", "[required]", "TEXT "):
        assert words not in french.stdout


@pytest.mark.parametrize("name", sorted(EVERY))
def test_every_command_and_option_is_described_in_both_languages(name):
    command = EVERY[name]
    described = [command.words, *(one.words for one in command.params if isinstance(one, StaffOption))]
    assert {str(one.name) for one in command.params} >= {"language", "as_json", "amqp_uri", "help"}
    for words in described:
        assert words.en
        assert words.fr
        assert words.en != words.fr


def test_the_version_is_told_without_any_system():
    assert run("--version", COLLEGE_COMMIT="0123abc").stdout == f"{version('0123abc')}\n"


def test_all_commands_are_listed_when_none_is_named():
    page = run().stdout
    assert all(f"  {name} " in page for name in COMMANDS)
    assert "Commandes\u00a0:" in run(language="fr_CA.UTF-8").stdout


def test_words_have_the_same_blanks_in_both_languages():
    for code, words in TEXTS.items():
        blanks = [{field for _, field, _, _ in string.Formatter().parse(text) if field} for text in (words.en, words.fr)]
        assert blanks[0] == blanks[1], code


def test_french_has_a_non_breaking_space_before_each_colon_and_inside_guillemets():
    french = [words.fr for words in TEXTS.values()]
    french += [command.words.fr for command in EVERY.values()] + [staff.words.fr]
    for text in french:
        prose = re.sub(r"amqp://\S+", "", text)
        assert not re.search(r"(?<!\u00a0):", prose), text
        assert not re.search(r"«(?!\u00a0)|(?<!\u00a0)»", prose), text


@pytest.mark.parametrize(
    ("group", "codes"),
    [
        ("state", states.ALL),
        ("requirement", shapes.REQUIREMENT_STATES),
        ("requirement", shapes.DOCUMENT_STATES),
        ("delivery", DELIVERY_STATES),
        ("invoice", INVOICE_STATES),
        ("role", ALL_ROLES),
        ("payment", ("none", "invoiced", "being_finalised", "finalised")),
        ("who", ("applicant", "institution", "college", "nobody")),
        ("request", support.STATES),
        ("request-kind", support.KINDS),
        ("fact", support.FACTS),
        ("result", support.RESULTS),
    ],
)
def test_every_state_that_a_contract_names_has_words(group, codes):
    assert [code for code in codes if f"{group}.{code}" not in TEXTS] == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nope",), "La commande nope n’existe pas."),
        (("queue", "--nope"), "L’option --nope n’existe pas."),
        (("queue", "--state", "nope"), "--state accepte une de ces valeurs\u00a0: draft"),
        (("queue", "--limit", "0"), "--limit n’accepte pas cette valeur."),
        (("show",), "RÉFÉRENCE|ID est requis."),
        (("show", "a", "b"), "Il y a des arguments de trop."),
        (("refuse", "a"), "--reasons est requis."),
        (("refuse", "a", "--reasons"), "L’option --reasons est mal employée."),
        (("accept-document", "not-an-id"), "ID-DU-DOCUMENT n’accepte pas cette valeur."),
        (("queue", "--language", "de"), "--language accepte une de ces valeurs\u00a0: en, fr"),
        (("dead-letters", "replay", "0193a1b2-0000-7000-8000-000000000001"), "--note est requis."),
        (("dead-letters", "nope"), "La commande nope n’existe pas."),
        (("dead-letters", "list", "--cursor", "x"), "Un curseur vaut pour un service"),
        (("whoami",), "AMQP_URI"),
    ],
)
def test_wrong_usage_is_told_in_french_too_and_ends_with_two(arguments, words):
    result = run(*arguments, language="fr_CA.UTF-8")
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stdout == ""


def test_what_moves_a_terminal_is_made_visible_and_letters_stay():
    assert plain("Zoë\tŌta 李\r\nl\u00a0: «\u00a0x\u00a0»") == "Zoë    Ōta 李\nl\u00a0: «\u00a0x\u00a0»"
    assert plain("a\x1b[2J\x07\u202eb\x9bc\r") == "a�[2J��b�c�"


@pytest.mark.parametrize(
    ("typed", "looked_up"),
    [
        ("APP-000017-B", ["APP-000017-B"]),
        (" app-000017-b ", ["APP-000017-B"]),
        ("app000017b", ["APP000017B", "APP-000017-B"]),
        ("app000017c", ["APP000017C"]),
        ("", [""]),
    ],
)
def test_a_reference_is_understood_however_it_is_typed(typed, looked_up):
    assert spellings(typed) == looked_up


def test_a_system_is_named_without_its_password():
    assert system_of("amqp://user:secret@broker.example/college") == "broker.example:5672/college"
    assert system_of("amqps://broker.example") == "broker.example:5671/"
    for address in ("", "http://x/", "amqp://", "amqp://host:x/", "broker.example"):
        with pytest.raises(NoSuchAddress):
            system_of(address)


def test_no_command_takes_a_password_as_an_argument():
    for command in EVERY.values():
        for parameter in command.params:
            if "password" in str(parameter.name):
                assert isinstance(parameter, click.Option)
                assert parameter.is_flag
