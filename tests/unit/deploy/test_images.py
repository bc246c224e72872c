"""The image and the compose file, as far as they can be judged without an engine."""

import json
import os
import re
import stat
import subprocess
import sys

import pytest
import yaml

from deploy.docker.secrets import ContainerSecrets
from deploy.kubernetes.check import OURS, missing_settings
from deploy.local.college.components import COLLEGE
from deploy.local.college.settings import REPOSITORY
from services.common.settings import MissingSetting, Settings
from services.contracts.topology import COMPONENTS, SERVICES
from tests.support.waiting import PATIENCE_S

FOLDER = REPOSITORY / "deploy/docker"
COMPOSE = yaml.safe_load((FOLDER / "compose.yaml").read_text())


# ---- the packages ----------------------------------------------------------------------------------------------------


def test_the_image_gets_what_the_product_needs_and_nothing_of_the_tests():
    product, rest = _locked("requirements.lock"), _locked("requirements-dev.lock")
    assert _required("requirements.in") <= product.keys()
    assert _required("requirements-dev.in") <= rest.keys()
    # A tool may also be something that the product stands on.
    assert _required("requirements-dev.in") & product.keys() <= {"cbor2", "jsonschema"}


def test_both_locks_have_the_same_version_of_what_is_in_both():
    product, rest = _locked("requirements.lock"), _locked("requirements-dev.lock")
    assert {name: rest[name] for name in product.keys() & rest.keys()} == {
        name: product[name] for name in product.keys() & rest.keys()
    }


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock", "requirements-uv.lock"])
def test_every_package_has_hashes_and_no_lock_names_where_it_comes_from(name):
    lock = (REPOSITORY / name).read_text()
    for block in re.split(r"\n(?=[A-Za-z0-9])", lock.strip()):
        assert "--hash=sha256:" in block, block.splitlines()[0]
    assert "://" not in lock


def _locked(name):
    found = re.findall(r"^([\w.-]+)==([^\s;]+)", (REPOSITORY / name).read_text(), re.M)
    return {_alike(package): version for package, version in found}


def _required(name):
    lines = (REPOSITORY / name).read_text().splitlines()
    return {_alike(re.split(r"[=<>]", line)[0].strip()) for line in lines if line and not line.startswith(("#", "-"))}


def _alike(name):
    return name.lower().replace("_", "-")


# ---- the compose file ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", OURS)
def test_a_container_is_given_every_setting_its_component_needs(name):
    assert missing_settings(name, COMPOSE["services"][name]["environment"]) == set()


@pytest.mark.parametrize("name", [*OURS, "proxy", "prepare", "mail_sink", "payment_provider"])
def test_a_container_has_limits_and_no_rights(name):
    service = COMPOSE["services"][name]
    assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["mem_limit"] and service["pids_limit"]
    assert service["security_opt"] == ["no-new-privileges:true"]


@pytest.mark.parametrize("name", OURS)
def test_a_service_waits_for_the_broker_and_the_migrations(name):
    waits = {other: how["condition"] for other, how in COMPOSE["services"][name]["depends_on"].items()}
    assert waits == {"broker": "service_healthy", "prepare": "service_completed_successfully"}


def test_only_the_gateway_and_the_stand_ins_meet_the_proxy_and_it_meets_no_database():
    for name, service in COMPOSE["services"].items():
        networks = set(service["networks"])
        assert ("front" in networks) == (name in {"proxy", "gateway", "payment_provider"})
        assert ("data" in networks) == (name in {*SERVICES, "database", "prepare"})
    assert COMPOSE["networks"]["bus"]["internal"] and COMPOSE["networks"]["data"]["internal"]


def test_programs_that_call_without_tls_are_refused_rather_than_led_on():
    plain = (FOLDER / "proxy" / "Caddyfile").read_text().split("http://{$COLLEGE_HOST:localhost} {")[1].split("\n}")[0]
    before, after = plain.split("redir https://")
    assert "@api path /api/*" in before and "handle @api" in before and "403" in before and "/api" not in after


def test_every_part_of_the_command_starts_something_that_there_is():
    script = (FOLDER / "college").read_text()
    for name in COLLEGE:
        assert name in script
    assert all(service["command"][0] in script for name, service in COMPOSE["services"].items() if name in OURS)
    done = subprocess.run(["sh", FOLDER / "college", "nothing"], capture_output=True, text=True, check=False)
    assert done.returncode == 64 and "staff-accounts" in done.stderr


# ---- the secrets -----------------------------------------------------------------------------------------------------


@pytest.fixture
def held(tmp_path):
    held = ContainerSecrets(tmp_path / "secrets")
    held.make()
    return held


def test_each_part_is_shown_what_it_needs_and_no_secret_of_another(held):
    made = held.keys.secrets()
    for name, component in COLLEGE.items():
        folder = held.folder / name
        shown = {file.name: file.read_text() for file in folder.iterdir()} if folder.exists() else {}
        assert {
            "AMQP_URI",
            "DATABASE_URL",
            "SEALING_KEY",
            "FACTORS_KEY",
            "COOKIE_KEY",
            "PAYMENT_API_KEY",
        } & component.settings <= shown.keys()
        others = [value for key, value in made.items() if ":" in key and key.rpartition(":")[2] != name]
        assert not [value for value in others if any(value in text for text in shown.values())]


def test_nobody_else_on_the_machine_reads_the_secrets(held):
    assert stat.S_IMODE(held.folder.stat().st_mode) == 0o700


def test_made_again_everything_stays_as_it_was(held):
    before = {file: file.read_bytes() for file in held.folder.rglob("*") if file.is_file()}
    held.make()
    assert {file: file.read_bytes() for file in held.folder.rglob("*") if file.is_file()} == before


def test_the_broker_knows_each_component_and_who_administers_it(held):
    definitions = json.loads((held.folder / "broker/definitions.json").read_text())
    users = {user["name"]: user for user in definitions["users"]}
    assert users.keys() == {*COMPONENTS, "operator"}
    assert users["operator"]["tags"] == "administrator" and not any(users[name]["tags"] for name in COMPONENTS)
    assert all(user.get("password") for user in users.values())


def test_a_new_signing_key_is_published_before_anything_is_signed_with_it(held, monkeypatch):
    published = held.folder / "public/verify.jwks.json"
    signing = held.folder / "identity/signing.pem"
    old, seen = signing.read_bytes(), []
    monkeypatch.setattr("deploy.docker.secrets.time.sleep", lambda _: seen.append((len(_keys(published)), signing.read_bytes())))
    held.rotate_keys()
    assert seen == [(2, old)]
    assert signing.read_bytes() != old and len(_keys(published)) == 2


def _keys(file):
    return json.loads(file.read_text())["keys"]


def test_the_command_makes_the_secrets(tmp_path):
    command = [sys.executable, "-m", "deploy.docker.secrets", tmp_path / "here"]
    done = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=True, timeout=PATIENCE_S)
    assert "secrets are in" in done.stdout and (tmp_path / "here/gateway/AMQP_URI").exists()


# ---- a setting from a file -------------------------------------------------------------------------------------------


def test_a_setting_is_read_from_the_file_that_is_named(tmp_path, monkeypatch):
    for name, content in {"AMQP_URI": "amqps://one\n", "SEALING_KEY": "sesame\n"}.items():
        (tmp_path / name).write_text(content)
        monkeypatch.delenv(name, raising=False)
        monkeypatch.setenv(f"{name}_FILE", str(tmp_path / name))
    settings = Settings.from_environment("identity")
    assert settings.amqp_uri == "amqps://one" and settings.require("SEALING_KEY") == "sesame"
    assert "sesame" not in repr(settings)


def test_the_variable_itself_wins_over_its_file(tmp_path):
    (tmp_path / "key").write_text("from the file")
    settings = Settings("identity", "", environment={"KEY": "from the environment", "KEY_FILE": str(tmp_path / "key")})
    assert settings.require("KEY") == "from the environment"


def test_a_file_that_cannot_be_read_is_named():
    settings = Settings("identity", "", environment={"KEY_FILE": "/nowhere/key"})
    with pytest.raises(MissingSetting, match="KEY_FILE names /nowhere/key"):
        settings.require("KEY")


def test_a_file_of_which_only_the_path_matters_is_not_opened():
    settings = Settings("identity", "", environment={"SIGNING_KEY_FILE": os.devnull + "/no"})
    assert settings.require("SIGNING_KEY_FILE") == os.devnull + "/no"
