"""Nothing leads nowhere: a link has a page, an event a listener, a call somebody who makes it, a key of the profile somebody who reads it."""

import ast
import dataclasses
import importlib
import pkgutil
import re
from functools import cache
from pathlib import Path

import pytest
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from gateway.api.routes import ROUTES
from gateway.app import addresses
from gateway.portal.staff.applications.application import STEPS
from services.common.kernel.contract import Call, Event
from services.contracts import college
from services.contracts.topology import SERVICES

ROOT = Path(__file__).resolve().parents[3]
TEMPLATES = sorted((ROOT / "gateway").rglob("*.html"))
CODE = {
    path: path.read_text()
    for folder in ("services", "gateway", "staff", "deploy/local")
    for path in sorted((ROOT / folder).rglob("*.py"))
}
_BLOCK, _VALUE = re.compile(r"{%.*?%}"), re.compile(r"{{.*?}}")
_BASE = re.compile(r'{% set base = "([^"]+)" ~ [\w.]+ %}')
# A loop over steps, which the page is given; test_every_step_of_an_application_has_a_page looks at them.
_STEP = '{{ base }}/{{ path }}"'
_LINK = re.compile(r'(?:href|action|src|formaction)="((?:{{ base }}|/)[^"]*)"|"(?:href|action)": "(/[^"]*)"|link\("(/[^"]*)"')
# Why a time of retention is what it is: the record of a decision, which no program acts on.
FOR_THOSE_WHO_READ_THE_PROFILE = {"RetentionRule.basis"}
NO_PART_OF_A_FILE = {"Source.yaml", "RecordType.moment"}
_PUBLIC_URL = re.compile(r"public_url}(/[^\"?]+)")


@cache
def leads_to_a_route(path: str) -> bool:
    try:
        addresses().bind("college.test").match(re.split(r"[?#]", path)[0], method="GET")
    except MethodNotAllowed:
        return True
    except HTTPException:
        return False
    return True


def links_of(template: str) -> list[str]:
    base = _BASE.search(template)
    text = template.replace(_STEP, '"').replace("{{ base }}", f"{base[1]}x") if base else template
    text = _VALUE.sub("x", _BLOCK.sub("", text))
    return [next(filter(None, found)) for found in _LINK.findall(text)]


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT / "gateway")))
def test_every_link_and_form_of_a_page_leads_to_a_route(path):
    assert [one for one in links_of(path.read_text()) if not leads_to_a_route(one)] == []


def test_every_step_of_an_application_has_a_page():
    assert [path for path, _, _ in STEPS.values() if not leads_to_a_route(f"/staff/applications/x/{path}")] == []


def test_the_links_of_the_pages_are_seen():
    assert sum(len(links_of(path.read_text())) for path in TEMPLATES) > 140
    assert not leads_to_a_route("/portal/self-assessment")


def test_every_address_that_a_service_writes_into_a_mail_a_paper_or_a_checkout_has_a_route():
    written = {
        re.sub(r"{[^}]*}", "x", found): path.relative_to(ROOT)
        for path, text in CODE.items()
        for found in _PUBLIC_URL.findall(text)
        if "{purpose" not in found
    }
    assert {f"{place}: {address}" for address, place in written.items() if not leads_to_a_route(address)} == set()
    assert len(written) >= 10


def test_every_event_has_a_listener():
    assert {event.__name__ for event in Event.all.values() if event.owner in SERVICES and not event.listeners} == set()


def test_every_call_is_made_by_a_route_a_page_a_command_or_a_service():
    routed = {route.contract.__name__ for route in ROUTES}
    named = {
        node.id if isinstance(node, ast.Name) else node.attr
        for path, text in CODE.items()
        if "contracts" not in path.parts and not (path.name == "service.py" and "services" in path.parts)
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Name | ast.Attribute)
    }
    unused = {call.__name__ for call in Call.all.values() if call.owner in SERVICES} - routed - named
    assert unused == set()


def test_every_key_of_the_colleges_profile_is_read():
    package = ROOT / "services" / "contracts" / "college"
    checks = {package / "cross_checks.py", package / "__main__.py"}
    read = {
        node.attr
        for path, text in CODE.items()
        if path not in checks
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Attribute)
    }
    shown = "\n".join(
        path.read_text() for pattern in ("*.html", "*.typ") for path in [*TEMPLATES, *(ROOT / "services").rglob(pattern)]
    )
    keys = {
        f"{record.__name__}.{field.name}"
        for name in (one.name for one in pkgutil.iter_modules(college.__path__) if not one.name.startswith("__"))
        for record in vars(importlib.import_module(f"services.contracts.college.{name}")).values()
        if isinstance(record, type) and dataclasses.is_dataclass(record) and record.__module__.endswith(f"college.{name}")
        for field in dataclasses.fields(record)
        if field.name not in read and not re.search(rf"\.{field.name}\b", shown)
    }
    assert keys - FOR_THOSE_WHO_READ_THE_PROFILE - NO_PART_OF_A_FILE == set()
