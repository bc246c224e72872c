"""A site: who is shown which secret, what provisioning makes, and the life of its processes."""

import json
import signal
import stat
import time
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import amqp
import psycopg2
import pytest
from cryptography import x509
from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from jwt import PyJWK, decode, encode
from kombu import Connection

from deploy.local import ports
from deploy.local.college.components import COLLEGE, Component
from deploy.local.college.provisioning import prepare_broker
from deploy.local.college.site import RUN_MARK, Site
from deploy.local.engines.engines import Engines
from deploy.local.errors import InvalidName, ProvisioningFailed, SiteNotReady
from deploy.local.leftovers import remove_left_sites
from deploy.local.pids import Identity
from deploy.local.urls import for_psycopg
from services.contracts.topology import Plan
from tests.support.waiting import PATIENCE_S

REPOSITORY = Path(__file__).resolve().parents[2]
SERVICES = {"identity", "applications", "registry", "billing", "qa", "correspondence"}
SECRETS = {
    "DATABASE_URL": SERVICES,
    "AMQP_URI": SERVICES | {"gateway"},
    "VERIFY_KEYS_FILE": SERVICES | {"gateway"},
    "SIGNING_KEY_FILE": {"identity"},
    "SEALING_KEY": {"identity", "correspondence"},
    "FACTORS_KEY": {"identity"},
    "COOKIE_KEY": {"gateway"},
    "SEAL_KEY_FILE": {"registry"},
    "SEAL_CERTIFICATE_FILE": {"registry"},
    "PAYMENT_API_KEY": {"billing", "payment_provider"},
    "PAYMENT_WEBHOOK_SECRET": {"billing", "payment_provider"},
    "FILES_ROOT": {"gateway", "applications", "billing", "registry", "qa"},
    "SMTP_PORT": {"correspondence", "mail_sink"},
    "HTTP_PORT": {"gateway"},
}
PART = frozenset({"HEALTH_PORT", "DATABASE_URL"})


def tiny(name: str, kind: str = "good", migration: str | None = "good") -> Component:
    migrates = ("tests.deploy.tiny_migration", migration) if migration else None
    shown = PART if migration else frozenset({"HEALTH_PORT"})
    return Component(name, ("tests.deploy.tiny_component", kind), shown, migration=migrates)


def catalogue(*parts: Component) -> dict[str, Component]:
    return {part.name: part for part in parts}


@pytest.fixture
def make_site(engines: Engines) -> Iterator:
    made: list[Site] = []

    def make(*parts: Component, **options) -> Site:
        site = Site(engines, f"test-{uuid.uuid4().hex[:8]}", components=catalogue(*parts) or COLLEGE, **options)
        made.append(site)
        return site

    yield make
    for site in made:
        site.destroy()


def test_each_component_is_shown_the_secrets_it_needs_and_no_others(make_site) -> None:
    site = make_site()
    site.prepare()
    shown = {name: site.environment(name) for name in COLLEGE}
    for variable, audience in SECRETS.items():
        assert {name for name in COLLEGE if variable in shown[name]} == audience, variable
    passwords = {key.partition(":")[2]: value for key, value in site.keys.secrets().items() if key.startswith("password:")}
    assert passwords.keys() == SERVICES
    for service, password in passwords.items():
        assert {name for name in COLLEGE if password in str(shown[name])} == {service}
    admin = site.engines.database.password
    assert not any(admin in shown[name].get("DATABASE_URL", "") for name in COLLEGE)


def test_addresses_agree_between_components(make_site) -> None:
    site = make_site()
    site.prepare()
    billing, provider, gateway = (site.environment(name) for name in ("billing", "payment_provider", "gateway"))
    assert billing["PAYMENT_PROVIDER_URL"] == f"http://127.0.0.1:{provider['PAYMENT_PROVIDER_PORT']}"
    assert provider["PAYMENT_WEBHOOK_URL"] == f"http://127.0.0.1:{gateway['HTTP_PORT']}/api/v1/webhooks/payments"
    assert gateway["PUBLIC_URL"] == site.public_url == f"http://127.0.0.1:{gateway['HTTP_PORT']}"
    assert site.environment("correspondence")["SMTP_PORT"] == site.environment("mail_sink")["SMTP_PORT"]
    assert site.environment("identity")["AMQP_URI"].endswith(f"/{site.name}")
    underscored = site.name.replace("-", "_")
    assert site.environment("qa")["DATABASE_URL"].startswith(f"postgresql+psycopg2://{underscored}_qa:")
    assert site.environment("qa")["DATABASE_URL"].endswith(f"/{underscored}_qa")


def test_the_operator_may_set_the_public_address_and_the_college(make_site, monkeypatch: pytest.MonkeyPatch) -> None:
    site = make_site()
    site.prepare()
    monkeypatch.setenv("PUBLIC_URL", "https://college.example")
    monkeypatch.setenv("COLLEGE_PROFILE", "/elsewhere")
    monkeypatch.setenv("RETRY_DELAYS_MS", "50,100")
    monkeypatch.setenv("GITHUB_TOKEN", "not for components")
    shown = site.environment("registry")
    assert (shown["PUBLIC_URL"], shown["COLLEGE_PROFILE"], shown["RETRY_DELAYS_MS"]) == (
        "https://college.example",
        "/elsewhere",
        "50,100",
    )
    assert "GITHUB_TOKEN" not in shown
    assert site.environment("payment_provider")["PAYMENT_WEBHOOK_URL"].startswith("http://127.0.0.1:")


def test_keys_fit_together_stay_the_same_and_are_private(make_site) -> None:
    site = make_site()
    site.prepare()
    before = site.keys.secrets()
    signing, jwks = site.keys.signing_key.read_bytes(), json.loads(site.keys.verify_keys.read_text())
    token = encode({"sub": "someone"}, signing.decode(), algorithm="EdDSA")
    assert decode(token, PyJWK(jwks["keys"][0]).key, algorithms=["EdDSA"]) == {"sub": "someone"}
    Fernet(before["SEALING_KEY"])
    seal = x509.load_pem_x509_certificate(site.keys.seal_certificate.read_bytes())
    usage = seal.extensions.get_extension_for_class(x509.KeyUsage).value
    assert usage.digital_signature
    assert usage.content_commitment
    assert seal.subject.rfc4514_string() == "CN=Development seal of the college"
    assert load_pem_private_key(site.keys.seal_key.read_bytes(), None).public_key() == seal.public_key()
    for private in (site.folder / "secrets.json", site.keys.signing_key, site.keys.seal_key):
        assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert stat.S_IMODE(site.folder.stat().st_mode) == 0o700
    site.prepare()
    assert (site.keys.secrets(), site.keys.signing_key.read_bytes()) == (before, signing)


@pytest.mark.parametrize("name", ["", "Main", "a_b", "-a", "a-", "a/b", "é", "x" * 41])
def test_a_name_that_cannot_be_used_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidName):
        Site(Engines(tmp_path), name)


@pytest.mark.parametrize("scale", [{"nobody": 1}, {"billing": 0}, {"billing": 33}, {"mail_sink": 2}])
def test_a_scale_that_cannot_run_is_refused(tmp_path: Path, scale: dict[str, int]) -> None:
    with pytest.raises(InvalidName):
        Site(Engines(tmp_path), "main", scale)


def test_making_the_objects_changes_nothing_on_the_machine(tmp_path: Path) -> None:
    site = Site(Engines(tmp_path / "run"), "main")
    assert site.status()
    assert not site.is_up()
    with pytest.raises(SiteNotReady):
        site.environment("billing")
    assert list(tmp_path.iterdir()) == []


def test_ports_are_kept_and_only_taken_ones_are_picked_anew(make_site) -> None:
    site = make_site(tiny("billing", migration=None))
    site.prepare()
    first = site.ports
    site.prepare()
    assert site.ports == first
    with ports.socket.socket() as intruder:
        intruder.bind(("127.0.0.1", first["billing.1"]))
        intruder.listen()
        site.prepare()
        assert site.ports["billing.1"] != first["billing.1"]


def test_provisioning_makes_databases_whose_role_may_do_what_the_migration_granted(make_site) -> None:
    site = make_site(tiny("billing"))
    site.provision()
    site.provision()
    url = for_psycopg(site.environment("billing")["DATABASE_URL"])
    link = psycopg2.connect(url)
    with link, link.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM notes")
        assert cursor.fetchone() == (0,)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            cursor.execute("INSERT INTO notes VALUES ('x')")
    link.close()
    site.destroy()
    assert not site.engines.admin.has_database(site.settings.database_name("billing"))
    assert not site.folder.exists()


def test_provisioning_gives_the_broker_what_the_contracts_ask_for_and_each_component_a_user_of_its_own(make_site) -> None:
    site = make_site()
    site.prepare()
    prepare_broker(site.engines, site.settings, site.vhost)
    prepare_broker(site.engines, site.settings, site.vhost)
    assert {queue["name"] for queue in site.engines.queues(site.vhost)} == set(Plan().parts().queues)
    for name in (*SERVICES, "gateway", "staff"):
        uri = site.settings.amqp_uri(name)
        assert urlsplit(uri).username == f"{site.name}-{name}"
        with Connection(uri) as link, pytest.raises(amqp.exceptions.AccessRefused):
            link.channel().queue_declare("spare")
        assert {one for one in COLLEGE if site.environment(one).get("AMQP_URI") == uri} == {name} & set(COLLEGE)
    uri, other = site.settings.amqp_uri("billing"), site.settings.amqp_uri("billing").removesuffix(site.name) + "%2F"
    with pytest.raises(amqp.exceptions.NotAllowed), Connection(other) as link:
        link.connect()
    site.destroy()
    site.engines.create_vhost(site.vhost)
    with pytest.raises(amqp.exceptions.AccessRefused), Connection(uri) as link:
        link.connect()


def test_where_users_cannot_be_made_all_work_as_the_given_user_and_declare_themselves(make_site, monkeypatch) -> None:
    site = make_site()
    site.prepare()
    monkeypatch.setattr(Engines, "management", None)
    given = site.engines.amqp_uri(site.vhost)
    shown = [site.environment(name) for name in (*SERVICES, "gateway")]
    assert {(one["AMQP_URI"], one["TOPOLOGY"]) for one in shown} == {(given, "declare")}
    assert site.settings.amqp_uri("staff") == given
    monkeypatch.undo()
    assert {site.environment(name)["TOPOLOGY"] for name in (*SERVICES, "gateway")} == {"given"}


def test_a_migration_that_fails_is_told_with_its_reason(make_site) -> None:
    site = make_site(tiny("billing", migration="bad"))
    with pytest.raises(ProvisioningFailed, match="relation of the bad migration"):
        site.provision()


@pytest.fixture
def running(make_site) -> Site:
    site = make_site(tiny("billing", migration=None), tiny("registry", migration=None), scale={"registry": 2})
    site._say = lambda text: None
    site.prepare()
    site.start()
    site.wait_ready(2 * PATIENCE_S)
    return site


def test_a_site_starts_scales_and_stops(running: Site, engines: Engines) -> None:
    assert running.is_up()
    assert running.start() == []
    assert [len(running.pids(name)) for name in ("billing", "registry")] == [1, 2]
    assert [(row.component, row.number, row.ready) for row in running.status()] == [
        ("billing", 1, True),
        ("registry", 1, True),
        ("registry", 2, True),
    ]
    assert all(row.memory > 1_000_000 and 0 <= row.uptime < 60 for row in running.status())
    fewer = Site(engines, running.name, {"registry": 1, "billing": 2}, components=running.components)
    assert fewer.start() == ["billing 2"]
    fewer.wait_ready(2 * PATIENCE_S)
    same = Site(engines, running.name, components=running.components)
    assert same.is_up()
    assert [len(same.pids(name)) for name in ("billing", "registry")] == [2, 1]
    # Nobody holds the engines now, but the site runs on them.
    assert engines.stop() == []
    engines.start()
    same.stop()
    assert same.running() == []


def test_a_killed_component_comes_back_on_its_port_and_the_others_are_left_alone(running: Site) -> None:
    before, port = running.pids("billing"), running.ports["registry.1"]
    killed = running.pids("registry")
    running.kill("registry")
    assert running.pids("registry") == []
    assert running.start_component("registry") == ["registry 1", "registry 2"]
    running.wait_ready(2 * PATIENCE_S)
    assert not set(running.pids("registry")) & set(killed)
    assert (running.pids("billing"), running.ports["registry.1"]) == (before, port)


def test_a_paused_component_is_not_ready_until_it_goes_on(running: Site) -> None:
    running.signal("billing", signal.SIGSTOP)
    assert [row.ready for row in running.status() if row.component == "billing"] == [False]
    running.signal("billing", signal.SIGCONT)
    running.wait_ready(2 * PATIENCE_S)


def test_a_process_that_ends_at_once_is_told_with_its_reason(make_site) -> None:
    site = make_site(tiny("billing", "broken", migration=None))
    site.prepare()
    site.start()
    with pytest.raises(SiteNotReady, match="the reason it broke"):
        site.wait_ready(2 * PATIENCE_S)


def test_a_process_that_ignores_sigterm_is_killed(make_site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("deploy.local.college.site._STOP_SECONDS", 0.5)
    site = make_site(tiny("billing", "stubborn", migration=None))
    site.prepare()
    site.start()
    site.wait_ready(2 * PATIENCE_S)
    site.stop()
    assert site.pids("billing") == []


def test_a_reused_process_id_is_never_taken_for_ours(running: Site) -> None:
    record = running.folder / "pids" / "billing.1.json"
    kept = json.loads(record.read_text())
    # The id lives, but the process that has it began at another moment.
    record.write_text(json.dumps({"pid": kept["pid"], "began": kept["began"] - 1}))
    assert running.pids("billing") == []
    running.kill("billing")
    running.stop()
    time.sleep(0.2)
    record.write_text(json.dumps(kept))
    assert running.pids("billing") == [kept["pid"]]


def test_a_record_that_never_named_a_live_process_is_harmless(running: Site) -> None:
    assert not running._processes.find("billing", 9)
    (running.folder / "pids" / "billing.9.json").write_text("half a reco")
    assert [one.number for one in running.running("billing")] == [1]
    assert Identity(0, 0) != running.running("billing")[0].identity


def test_a_migration_that_has_run_is_run_again_only_when_it_has_changed_or_its_database_is_new(make_site) -> None:
    site = make_site(tiny("one"))
    site.provision()
    drop_notes(site)
    site.provision()
    with pytest.raises(psycopg2.errors.UndefinedTable):
        read_notes(site)
    changed = Site(site.engines, site.name, components=catalogue(tiny("one", migration="better")))
    changed.provision()
    assert read_notes(site) == []
    drop_notes(site)
    site.engines.drop_database(site.settings.database_name("one"))
    changed.provision()
    assert read_notes(site) == []


def drop_notes(site: Site) -> None:
    with psycopg2.connect(for_psycopg(site.engines.admin_database_url(site.settings.database_name("one")))) as link:
        link.cursor().execute("DROP TABLE notes")


def read_notes(site: Site) -> list:
    with psycopg2.connect(for_psycopg(site.engines.admin_database_url(site.settings.database_name("one")))) as link:
        cursor = link.cursor()
        cursor.execute("SELECT * FROM notes")
        return cursor.fetchall()


def test_a_site_of_a_run_that_is_over_goes_at_the_next_start_with_its_lock_and_no_other_site(make_site) -> None:
    left, of_this_run = make_site(tiny("qa")), make_site(tiny("qa"))
    for site in (left, of_this_run):
        site.provision()
    (left.folder / RUN_MARK).write_text(f"1 0 {REPOSITORY}")
    assert left.name in remove_left_sites(left.engines)
    assert not left.folder.exists() and not (left.engines.run_dir / f"site-{left.name}.lock").exists()
    assert not left.engines.admin.has_database(f"{left.name.replace('-', '_')}_qa")
    assert of_this_run.folder.exists() and of_this_run.engines.admin.has_database(of_this_run.settings.database_name("qa"))
