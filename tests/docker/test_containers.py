"""The main job on containers, while they are scaled, restarted, killed, paused and cut off."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from services.common.kernel.errors import OutcomeUnknown
from tests.docker.engine import docker, inspect
from tests.docker.fire import agreement
from tests.docker.stack import OURS, SERVICES
from tests.resilience.crowd import Crowd
from tests.support.waiting import PATIENCE_S

pytestmark = pytest.mark.timeout(900)


# ---- as they stand ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", [*OURS, "proxy"])
def test_a_container_has_no_rights_it_does_not_need(stack, service):
    about = inspect(stack.container(service))
    assert about["Config"]["User"].split(":")[0] not in {"", "0", "root"}
    host = about["HostConfig"]
    assert host["ReadonlyRootfs"] and host["CapDrop"] == ["ALL"] and not host["CapAdd"] and not host["Privileged"]
    assert "no-new-privileges:true" in host["SecurityOpt"]
    assert host["Memory"] and host["PidsLimit"]


@pytest.mark.parametrize("service", OURS)
def test_a_container_is_shown_only_its_own_secrets_and_none_in_its_environment(stack, service):
    made = stack.secrets.keys.secrets()
    environment = "\n".join(inspect(stack.container(service))["Config"]["Env"])
    assert not [name for name, value in made.items() if value in environment]
    shown = stack.run_in(service, "sh", "-c", "cat /run/secrets/*")
    others = [name for name in made if ":" in name and name.rpartition(":")[2] != service]
    assert not [name for name in others if made[name] in shown]
    assert ("PRIVATE KEY" in shown) == (service in {"identity", "registry"})


def test_the_image_holds_no_installer_compiler_or_test(stack):
    tools = "for tool in gcc cc make git curl; do command -v $tool; done; python -m pip --version 2>/dev/null"
    assert stack.run_in("qa", "sh", "-c", f"{tools}; true") == ""
    assert "pytest" not in stack.run_in("qa", "sh", "-c", "ls /opt/college/lib/python3*/site-packages")


def test_the_bus_and_the_databases_are_not_reached_from_outside(stack):
    for service in (*OURS, "broker", "database"):
        assert not inspect(stack.container(service))["HostConfig"]["PortBindings"]


def test_one_person_is_registered_over_tls(stack, fire):
    fire.begin(people=1, at_once=1)
    fire.judge(refused=False)


def test_plain_http_is_led_to_tls_for_people_and_refused_for_programs(stack):
    plain = f"http://localhost:{stack._ports['HTTP_PORT']}"
    page = requests.get(f"{plain}/register?name=x", allow_redirects=False, timeout=PATIENCE_S)
    assert page.status_code == 308 and page.headers["Location"] == "https://localhost/register?name=x"
    call = requests.get(f"{plain}/api/v1/me", allow_redirects=False, timeout=PATIENCE_S)
    assert (call.status_code, call.json()["code"]) == (403, "https_required")


# ---- scaled ----------------------------------------------------------------------------------------------------------


def test_one_service_is_scaled_up_and_down_under_load_without_a_failed_request(stack, fire, say):
    crowd = fire.begin(people=8)
    with ThreadPoolExecutor(1) as pool:
        readers = pool.submit(_read_while, stack, crowd)
        stack.scale(registry=3)
        before = stack.calls("registry")
        found = stack.at_once("/register?name=steadfast", 600, 12)
        spread = {name: count - before[name] for name, count in stack.calls("registry").items()}
        stack.scale(registry=1)
        answers = readers.result()
    fire.judge(refused=False, note="registry 1, 3, 1")
    say(f"600 searches over three replicas of registry: {', '.join(f'{count:.0f}' for count in sorted(spread.values()))}")
    assert found == {200: 600} and set(answers) == {200}
    assert len(spread) == 3 and min(spread.values()) >= 0.2 * 600


def test_two_gateways_share_the_load(stack, fire, say):
    stack.scale(gateway=2)
    before = _searches(stack)
    assert stack.at_once("/register?name=steadfast", 200, 8) == {200: 200}
    shares = [count - before[name] for name, count in _searches(stack).items()]
    say(f"200 searches over two gateways: {', '.join(f'{count:.0f}' for count in sorted(shares))}")
    assert len(shares) == 2 and min(shares) >= 50
    fire.begin(people=4)
    stack.scale(gateway=1)
    fire.judge(refused=False, note="gateway 2, 1")


def test_everything_is_restarted_one_by_one_under_load_without_a_failed_request(stack, fire, say):
    stack.scale(**dict.fromkeys(OURS, 2))
    crowd, over = fire.begin(people=24, at_once=2), threading.Event()
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        readers = pool.submit(_read_until, stack, over)
        try:
            for service in OURS:
                for name in stack.containers(service):
                    docker("restart", "--time", "20", name)
                    stack.wait_healthy()
        finally:
            over.set()
        answers = readers.result()
    took, walked = time.monotonic() - began, crowd.finished
    fire.judge(refused=False, note="14 containers")
    said = ", ".join(f"{count} x {status}" for status, count in answers.items())
    say(
        f"rolling restart of 14 containers took {took:.0f} s; meanwhile {walked} people walked all the way, and searches were answered {said}"
    )
    assert set(answers) == {200}


# ---- in trouble ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("service", [*OURS, "broker", "database", "proxy"])
def test_killed(stack, fire, service):
    fire.begin()
    time.sleep(1.5)
    stack.crash(stack.container(service))
    fire.healthy_again()
    fire.judge()
    assert inspect(stack.container(service))["RestartCount"] >= 1 or service in {"broker", "database"}


@pytest.mark.parametrize("service", ["registry", "billing", "gateway", "broker", "database"])
def test_paused(stack, fire, service):
    fire.begin()
    time.sleep(1.5)
    docker("pause", stack.container(service))
    try:
        time.sleep(8)
    finally:
        docker("unpause", stack.container(service))
    fire.healthy_again()
    fire.judge(note="8 s")


@pytest.mark.parametrize(
    ("service", "network"), [("billing", "bus"), ("registry", "data"), ("gateway", "bus"), ("correspondence", "outside")]
)
def test_cut_off(stack, fire, service, network):
    fire.begin()
    time.sleep(1.5)
    name, line = stack.container(service), f"{stack.project}_{network}"
    docker("network", "disconnect", line, name)
    try:
        time.sleep(8)
    finally:
        docker("network", "connect", "--alias", service, line, name)
    fire.healthy_again()
    fire.judge(note=f"{network}, 8 s")


def test_the_whole_college_is_stopped_and_started_with_nothing_lost(stack, fire):
    fire.begin()
    time.sleep(2)
    stack.compose("stop", "--timeout", "30", *SERVICES, "gateway", "broker", "database")
    stack.compose("start", "database", "broker")
    stack.compose("start", *OURS)
    fire.healthy_again()
    fire.judge()


def test_the_signing_key_is_changed_while_people_walk(stack, fire):
    fire.begin()
    stack.secrets.rotate_keys()
    fire.judge(refused=False)
    assert agreement(stack) < 60
    served = requests.get(f"{stack.url}/.well-known/jwks.json", timeout=PATIENCE_S).json()
    assert len(served["keys"]) == 2


def test_no_gateway_is_said_as_an_unknown_outcome_in_either_language(stack):
    gateway = stack.container("gateway")
    docker("stop", gateway)
    try:
        asked = [
            requests.get(f"{stack.url}/api/v1/register?name=x", headers={"Accept-Language": language}, timeout=PATIENCE_S)
            for language in ("en", "fr")
        ]
        page = requests.get(f"{stack.url}/help", timeout=PATIENCE_S)
    finally:
        docker("start", gateway)
    for answer, language in zip(asked, ("en", "fr"), strict=True):
        said = answer.json()
        assert (answer.status_code, said["code"], answer.headers["Retry-After"]) == (503, OutcomeUnknown.code, "5")
        assert (said["title"], said["detail"]) == (OutcomeUnknown.title.in_(language), OutcomeUnknown.detail.in_(language))
    assert page.status_code == 503 and "Veuillez réessayer" in page.text
    stack.wait_healthy()


def _read_while(stack, crowd: Crowd):
    over = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        readers = pool.submit(_read_until, stack, over)
        while crowd.under_way:
            time.sleep(0.2)
        over.set()
        return readers.result()


def _read_until(stack, over: threading.Event):
    total = stack.at_once("/register?name=steadfast", 20, 2)
    while not over.is_set():
        total += stack.at_once("/register?name=steadfast", 20, 2)
    return total


def _searches(stack) -> dict[str, float]:
    found = {}
    for name in stack.containers("gateway"):
        page = requests.get(f"http://{stack.address(name, 'bus')}:9000/metrics", timeout=PATIENCE_S).text
        lines = [line for line in page.splitlines() if line.startswith("college_http_requests_total{") and "/register" in line]
        found[name] = sum(float(line.rpartition(" ")[2]) for line in lines)
    return found
