"""The steps of changing the keys that seal, as an operator does them."""

import json

import pytest

from deploy.docker.secrets import ContainerSecrets
from deploy.local.errors import OperatorError
from deploy.local.tools.keys import ADD, RETIRE, SEALING_KEYS, USE, Keys


@pytest.fixture
def keys(tmp_path):
    made = Keys(tmp_path)
    made.make(())
    return made


@pytest.mark.parametrize("name", sorted(SEALING_KEYS))
def test_a_new_key_opens_then_seals_and_then_the_old_one_is_gone_and_each_step_may_be_repeated(keys, name):
    old = keys.secrets()[name]
    for _ in range(2):
        keys.turn_sealing_keys(ADD)
    first, new = keys.secrets()[name].split(",")
    assert first == old != new
    for _ in range(2):
        keys.turn_sealing_keys(USE)
    assert keys.secrets()[name] == f"{new},{old}"
    for _ in range(2):
        keys.turn_sealing_keys(RETIRE)
    assert keys.secrets()[name] == new


@pytest.mark.parametrize(("done", "step"), [([], USE), ([ADD], RETIRE), ([ADD, USE], ADD)])
def test_a_step_out_of_order_is_refused_and_changes_nothing(keys, done, step):
    for each in done:
        keys.turn_sealing_keys(each)
    before = keys.secrets()
    with pytest.raises(OperatorError, match="the order is add, use, retire"):
        keys.turn_sealing_keys(step)
    assert keys.secrets() == before


def test_a_second_change_begins_anew(keys):
    for step in (ADD, USE, RETIRE, ADD):
        keys.turn_sealing_keys(step)
    name = "SEALING_KEY"
    second, third = keys.secrets()[name].split(",")
    keys.turn_sealing_keys(USE)
    assert keys.secrets()[name] == f"{third},{second}"


def test_in_containers_each_step_reaches_who_seals_and_who_opens(tmp_path):
    held = ContainerSecrets(tmp_path / "secrets")
    held.make()
    held.turn_sealing_keys(ADD)
    shown = {part: (held.folder / part / "SEALING_KEY").read_text() for part in ("identity", "correspondence")}
    assert shown["identity"] == shown["correspondence"] and shown["identity"].count(",") == 1


def test_a_site_of_an_older_version_gets_the_key_it_lacks_and_turns_those_it_has(keys):
    made = keys.secrets()
    del made["COOKIE_KEY"]
    (keys.folder.parent / "secrets.json").write_text(json.dumps(made))
    keys.turn_sealing_keys(ADD)
    assert "COOKIE_KEY" not in keys.secrets() and keys.secrets()["SEALING_KEY"].count(",") == 1
    keys.make(())
    keys.turn_sealing_keys(USE)
    keys.turn_sealing_keys(RETIRE)
    assert keys.secrets()["COOKIE_KEY"] and "," not in keys.secrets()["COOKIE_KEY"]
