"""docs/security.md says what the code does: its tables are held against models, settings, contracts and limits."""

import importlib
import re
from pathlib import Path

import pytest
import yaml

from deploy.local.college.components import COLLEGE
from gateway.http import requests
from gateway.http.body_bounds import LARGEST_BODY
from gateway.http.file_opener import AT_ONCE, DEADLINE_S
from gateway.http.rate_limits import RATES
from gateway.opening import MOST_PIXELS
from gateway.opening.__main__ import MOST_CPU_S, MOST_MEMORY
from gateway.portal.kit import kept_invitation
from gateway.portal.kit.forms import LARGEST_FORM
from gateway.server.connection import MOST_IN_A_ROW
from gateway.server.reading import LONGEST_LINE
from gateway.settings import MEGABYTE, GatewaySettings
from services.common.kernel.access import FRESH_S
from services.common.kernel.paging import LARGEST
from services.common.persistence.tables import floor
from services.contracts.college.retention import RECORD_TYPES
from services.contracts.identity.shapes import LONGEST_PASSWORD, SHORTEST_PASSWORD
from services.contracts.topology import SERVICES, Plan
from services.correspondence import subscriptions
from services.identity.accounts import recipient_limits
from services.identity.grants import delegations
from services.identity.passwords import passwords
from services.identity.sessions import known_places
from services.identity.sessions.throttle import ADDRESS_BACK_OFF, BACK_OFF

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "docs" / "security.md").read_text()
EVERY, EVIDENCE = "every service", "evidence"
ADDRESSES_WITH_PASSWORDS = {"AMQP_URI", "DATABASE_URL"}


def table(heading: str, which: int = 0) -> list[list[str]]:
    """The rows of a table under a heading, each with its cells; without the line that rules it off."""
    section = TEXT.split(f"{heading}\n", 1)[1]
    section = re.split(r"\n#+ ", section)[0]
    tables = [block for block in section.split("\n\n") if "\n|---" in f"\n{block}"]
    rows = [line for line in tables[which].splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row[1:-1].split("|")] for row in rows if not row.startswith("|---")]


def tables_of(service):
    """The tables of a service, and those that can only be added to."""
    metadata = floor if service == EVERY else importlib.import_module(f"services.{service}.models").Base.metadata
    return set(metadata.tables), {name for name, one in metadata.tables.items() if one.info.get("append_only")}


def test_every_secret_that_a_component_is_shown_is_in_the_inventory():
    secrets = {
        name for part in COLLEGE.values() for name in part.settings if re.search(r"_KEYS?(_FILE)?$|_SECRET$|CERTIFICATE", name)
    }
    listed = {row[0].strip("`") for row in table("## Keys and algorithms")[1:]}
    assert listed >= secrets | ADDRESSES_WITH_PASSWORDS
    assert len(secrets) >= 7


def test_the_inventory_says_who_is_shown_each_key_and_nobody_else():
    for name, _, holders, *_ in table("## Keys and algorithms")[1:]:
        shown = {
            part.name for part in COLLEGE.values() if name.strip("`") in part.settings and part.name in {*SERVICES, "gateway"}
        }
        told = set(re.findall(r"\w+", holders))
        if {"every", "each"} & told or not shown:
            continue
        assert shown == told & {*SERVICES, "gateway"}, name


@pytest.mark.parametrize("service", [EVERY, *SERVICES])
def test_every_table_is_of_one_class_and_what_can_only_be_added_to_is_evidence(service):
    head, *rows = table("### Which table is of which class")
    [row] = [row for row in rows if row[0] == service]
    classes = {name: [one for one in cell.split(", ") if one] for name, cell in zip(head[1:], row[1:], strict=True)}
    listed = [one for ones in classes.values() for one in ones]
    there, append_only = tables_of(service)
    assert len(listed) == len(set(listed))
    assert set(listed) == there, "say in docs/security.md of which class a new table is"
    assert set(classes[EVIDENCE]) == append_only


def test_every_class_says_what_it_needs():
    named = [row[0] for row in table("## Classes of data")[1:]]
    assert named == table("### Which table is of which class")[0][1:]
    assert all(row[2] for row in table("## Classes of data")[1:])


def test_a_look_that_leaves_a_trace_is_no_call_that_only_reads():
    section = TEXT.split("### Looks that leave a trace\n")[1].split("\n#")[0]
    named = set(re.findall(r"`(\w+\.\w+|\w+)`", section)) - {"read_only"}
    calls = [call for call in Plan().calls if {f"{call.owner}.{call.method}", call.method} & named]
    assert {name for name in named if not any(name in {f"{call.owner}.{call.method}", call.method} for call in calls)} == set()
    assert len(calls) >= 6 + 4 * len(SERVICES) - 4
    assert [call.method for call in calls if call.read_only] == []


def test_each_rate_limit_is_told_as_it_is():
    told = {row[0].strip("`"): (int(row[1]), int(row[2])) for row in table("## Limits of the business")[1:]}
    assert told == {name: (rate.burst, rate.per_minute) for name, rate in RATES.items()}


def test_the_other_limits_are_told_as_they_are():
    told = " " + " | ".join(row[1] for row in table("## Limits of the business", 1)[1:])
    for words in (
        f"{BACK_OFF.free_tries} for an account, {ADDRESS_BACK_OFF.free_tries} from an address",
        f"in the last {known_places.KEPT.days} days",
        f"{recipient_limits.AN_HOUR} an hour, {recipient_limits.A_DAY} a day, {recipient_limits.OF_ONE_A_DAY} a day asked for by one",
        f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD}",
        f"{passwords.HASHING_AT_ONCE}",
        f"{delegations.MOST}",
        f" {kept_invitation.INVITATION.good_for_s // 3600} ",
        f"{subscriptions.MAILS_A_DAY}",
        f"{GatewaySettings.largest_upload // MEGABYTE} MB",
        f"{LARGEST_BODY // MEGABYTE} MB, within {GatewaySettings.slowest_json_s:.0f} s",
        f"{LARGEST_FORM.bytes // 1000} kB and {LARGEST_FORM.values} fields",
        f"{requests.MOST_PARAMETERS}",
        f"{GatewaySettings.most_connections}, {GatewaySettings.most_requests}",
        f" {GatewaySettings.most_of_one_address} ",
        f"{GatewaySettings.most_bodies_of_one}, {GatewaySettings.most_requests // 2}",
        f" {GatewaySettings.most_uploads_of_one} ",
        f" {AT_ONCE}, 1 ",
        f"{MOST_MEMORY // MEGABYTE} MB, {MOST_CPU_S} s, {DEADLINE_S:.0f} s",
        f"{MOST_PIXELS['image/jpeg'] // MEGABYTE} million, {MOST_PIXELS['image/heic'] // MEGABYTE} million",
        f"{GatewaySettings.largest_head // 1024} kB, {LONGEST_LINE // 1024} kB, within {GatewaySettings.slowest_head_s:.0f} s",
        f"{GatewaySettings.slowest_bytes_s:.0f} bytes a second after {GatewaySettings.transfer_grace_s:.0f} s, "
        f"never still for {GatewaySettings.socket_timeout_s:.0f} s",
        f" {GatewaySettings.keep_alive_s:.0f} s ",
        f" {MOST_IN_A_ROW} ",
        f"{LARGEST}",
        f"{FRESH_S} s",
    ):
        assert words in told, words
    places = [place for row in table("## Limits of the business", 1)[1:] for place in re.findall(r"`([\w/]+\.py)`", row[2])]
    assert len(places) > 6 and all((ROOT / place).exists() for place in places)


def test_every_type_of_record_has_its_term():
    section = TEXT.split("### How long\n")[1].split("\n#")[0]
    assert {name for name in RECORD_TYPES if re.search(rf"\b{name}\b", section)} == RECORD_TYPES.keys()


def test_what_may_be_reached_is_what_networks_and_policies_hold():
    held = " ".join(row[2] for row in table("## What may be reached")[1:])
    compose = yaml.safe_load((ROOT / "deploy/docker/compose.yaml").read_text())
    internal = {name for name, network in compose["networks"].items() if network.get("internal")}
    assert {name for name in internal if f"`{name}` (internal)" in held} == internal
    policies = {one["metadata"]["name"] for one in yaml.safe_load_all((ROOT / "deploy/kubernetes/base/network.yaml").read_text())}
    named = set(re.findall(r"`([a-z-]+)`", held + TEXT.split("## What may be reached")[1].split("\n#")[0])) & policies
    assert policies - named <= {"names", "metrics"}
