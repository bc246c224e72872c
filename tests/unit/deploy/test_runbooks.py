"""The runbooks: every command that deploy/README.md names exists, with its options. (That each does what it says was tried by hand.)"""

import importlib.util
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from deploy.docker import secrets
from deploy.local.__main__ import _parser
from staff.__main__ import staff

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "deploy/README.md").read_text()
SHOWN = [
    *re.findall(r"`([^`\n]+(?:\n[^`\n]+)?)`", TEXT),
    *(line.strip() for line in TEXT.splitlines() if line.startswith("    ")),
]
COMMANDS = [" ".join(re.split(r"\s{2,}#|\s#\s", command)[0].split()) for command in SHOWN]
MAKE = [part.strip() for command in COMMANDS for part in command.split("&&") if part.strip().startswith("make ")]
STAFF = [found[1] for command in MAKE if (found := re.search(r'make staff ARGS="([^"…]+)"', command))]
MODULES = [command for command in COMMANDS if command.startswith("python -m ")]
SETTINGS = re.findall(r"`([A-Z_]+)`", "".join(re.findall(r"^\| (`[A-Z_`, ]+`) \|", TEXT, re.MULTILINE)))
COMPOSE = [command for command in COMMANDS if command.startswith("docker-compose ")]


def test_the_runbooks_name_commands_of_each_kind():
    assert min(len(MAKE), len(STAFF), len(MODULES), len(COMPOSE), len(SETTINGS)) >= 4


@pytest.mark.parametrize("command", MAKE)
def test_a_target_of_make_exists_and_reads_the_variables_given(command):
    makefile = (ROOT / "Makefile").read_text()
    target, *rest = [word for word in shlex.split(command.replace("[", "").replace("]", ""))[1:] if word != "…"]
    assert re.search(rf"^{target}:", makefile, re.MULTILINE)
    for name in (word.partition("=")[0] for word in rest):
        assert f"$({name})" in makefile


@pytest.mark.parametrize("arguments", STAFF)
def test_a_command_of_the_staff_exists_with_its_options(arguments):
    command, words = staff, shlex.split(arguments)
    while isinstance(command, click.Group):
        command = command.commands[words.pop(0)]
    known = {name for each in command.params for name in each.opts}
    assert {word for word in words if word.startswith("--")} <= known
    needed = [each for each in command.params if each.required and isinstance(each, click.Option)]
    assert [each.name for each in needed if not set(each.opts) & set(words)] == []


@pytest.mark.parametrize("command", MODULES)
def test_a_module_exists_and_takes_the_arguments_given(command):
    module, *arguments = [word for word in shlex.split(command.replace("[", "").replace("]", ""))[2:] if word != "…"]
    assert importlib.util.find_spec(module)
    if module == "deploy.local":
        if arguments == ["--help"]:
            return
        read = _parser().parse_args(arguments)
        assert not getattr(read, "rest", []) or read.rest[0] in {"add", "list", "let-back-in"}


def test_a_step_of_the_containers_secrets_exists():
    steps = set(re.findall(r"STEP=([a-z-]+)", TEXT))
    assert steps and steps <= {"rotate-keys", "retire-keys", *secrets._SEALING, secrets._NEW_SEAL}


@pytest.mark.parametrize("command", COMPOSE)
def test_a_command_for_containers_names_services_that_there_are(command):
    compose = yaml.safe_load((ROOT / "deploy/docker/compose.yaml").read_text())
    words = shlex.split(command)
    for named in re.findall(r"--scale ([a-z_]+)=", command) + re.findall(r"exec ([a-z_]+) ", command):
        assert named in compose["services"]
    parts = (ROOT / "deploy/docker/college").read_text()
    for part in words[words.index("/srv/college/deploy/docker/college") + 1 :][:1] if "exec" in words else []:
        assert re.search(rf"^(.* )?{part}( .*)?\)$", parts, re.MULTILINE)


@pytest.mark.parametrize("setting", SETTINGS)
def test_a_setting_of_the_containers_is_read(setting):
    assert f"${{{setting}" in (ROOT / "deploy/docker/compose.yaml").read_text()
