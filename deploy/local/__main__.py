"""The local operator's command: up, down, status, logs, clock, address, rotate-keys, sealing-keys, document-seal, staff-accounts, destroy."""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from deploy.local.college.bring_up import bring_up
from deploy.local.college.settings import REPOSITORY
from deploy.local.college.site import MAIN, Site
from deploy.local.commit import commit
from deploy.local.engines.engines import Engines
from deploy.local.errors import OperatorError, SiteNotReady
from deploy.local.leftovers import end_leftovers
from deploy.local.processes import python, running_sites
from deploy.local.tools import log_view, moved_clock
from deploy.local.tools.keys import SEALING_STEPS
from services.common.kernel.version import version
from services.contracts.callers import STAFF
from services.contracts.college import load_college

_say = partial(print, flush=True)
_READY_SECONDS = 90.0


def main(arguments: list[str] | None = None) -> int:
    """Run one command; 0 when it succeeded, 1 with the reason on standard error when it did not."""
    options = _parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int] = options.command
    try:
        return command(options)
    except OperatorError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def up(options: argparse.Namespace) -> int:
    """Start the engines and the site, and tell where things are."""
    began = time.monotonic()
    end_leftovers(_say)
    engines = Engines(options.run_dir, _say)
    site = Site(engines, options.site, read_scale(options.scale))
    if site.is_up() and all(row.ready for row in site.status()):
        _say(f"site {site.name} is up already (to load changed code: down, then up)")
    else:
        bring_up(engines, site, _READY_SECONDS)
        _say(f"site {site.name} is up after {time.monotonic() - began:.1f} s")
    _tell_addresses(site)
    return 0


def down(options: argparse.Namespace) -> int:
    """Stop the site, then the engines when nothing else uses them."""
    engines = Engines(options.run_dir, _say)
    site = Site(engines, options.site)
    _step(f"stop site {site.name}", site.stop)
    stopped = engines.stop()
    if stopped:
        _say("stopped " + " and ".join(stopped))
    elif engines.in_use():
        others = running_sites(engines.run_dir / "sites")
        _say(f"the engines stay: used by {', '.join(others) or 'another process'}")
    return 0


def status(options: argparse.Namespace) -> int:
    """Show the engines and every replica; 0 when all is ready, else 1."""
    engines = Engines(options.run_dir, _say)
    site = Site(engines, options.site)
    table = Table("engine", "state", "pid", "address", box=None)
    states = engines.status()
    for engine in states:
        table.add_row(engine.name, engine.state, str(engine.pid or ""), engine.address)
    console = Console(soft_wrap=True)
    console.print(table)
    rows = site.status()
    table = Table("component", "replica", "pid", "ready", "uptime", "memory", box=None)
    for row in rows:
        up_for, memory = (_duration(row.uptime), f"{row.memory / 1e6:.0f} MB") if row.pid else ("", "")
        state = "yes" if row.ready else "no" if row.pid else "down"
        table.add_row(row.component, str(row.number), str(row.pid or ""), state, up_for, memory)
    console.print(table)
    if site.ports:
        _tell_addresses(site)
    return 0 if all(row.ready for row in rows) and all(engine.state != "down" for engine in states) else 1


def logs(options: argparse.Namespace) -> int:
    """Show the site's logs together, and go on doing so with --follow."""
    site = Site(Engines(options.run_dir, _say), options.site)
    if options.component is not None:
        site.component(options.component)
    choice = log_view.Choice(options.component, options.correlation)
    for line in log_view.read(site.logs, choice, options.lines):
        print(line.readable())
    if options.follow:
        for line in log_view.follow(site.logs, choice):
            print(line.readable(), flush=True)
    return 0


def clock(options: argparse.Namespace) -> int:
    """Show the site's clock, or move it for a demonstration: +18months, 2027-04-01T09:00 (the college's zone), back."""
    site = Site(Engines(options.run_dir, _say), options.site)
    if not site.keys.signing_key.exists():
        raise SiteNotReady(f"Site {site.name} has no keys yet: provision it first (`make up`).")
    profile = site.environment("identity")["COLLEGE_PROFILE"]
    _say(moved_clock.move(site.settings.clock_file, options.to, load_college(profile).time_zone.key))
    if options.to == moved_clock.BACK:
        _say(
            "what was written meanwhile keeps its dates, and what waits for one of them goes on waiting: `make destroy` begins anew"
        )
    elif options.to is not None:
        _say("every process follows at once; what falls due by it happens within a minute, and nobody is signed out")
    return 0


def address(options: argparse.Namespace) -> int:
    """Print the broker's address for the site, for the staff's command line."""
    print(Site(Engines(options.run_dir, _say), options.site).settings.amqp_uri(STAFF))
    return 0


def rotate_keys(options: argparse.Namespace) -> int:
    """Sign access tokens with a new key, without a stop; old tokens stay good until they run out. --retire drops old public keys."""
    site = Site(Engines(options.run_dir, _say), options.site)
    if not site.keys.signing_key.exists():
        raise SiteNotReady(f"Site {site.name} has no keys yet: provision it first (`make up`).")
    if options.retire:
        dropped, kept = site.retire_keys()
        for key_id in dropped:
            _say(f"dropped {key_id}")
        for key_id in kept:
            _say(f"kept    {key_id}: tokens that it signed may still be valid; try again in a quarter of an hour")
    else:
        _say("publishing a new key, and giving every service the time to learn it …")
        _say(f"tokens are signed with {site.rotate_keys()} now; drop the old key with --retire in a quarter of an hour")
    return 0


def sealing_keys(options: argparse.Namespace) -> int:
    """Do one step of changing SEALING_KEY, FACTORS_KEY and COOKIE_KEY: add, use or retire; after each, start those who hold them again."""
    site = Site(Engines(options.run_dir, _say), options.site)
    if not site.keys.signing_key.exists():
        raise SiteNotReady(f"Site {site.name} has no keys yet: provision it first (`make up`).")
    site.keys.turn_sealing_keys(options.step)
    _say("done: start correspondence, identity and the gateway again (`make down && make up`), so that they read it")
    return 0


def document_seal(options: argparse.Namespace) -> int:
    """Change the seal of the college's documents, or check papers: `new` makes one for trials, `use` takes an authority's, `check` tells."""
    site = Site(Engines(options.run_dir, _say), options.site)
    if not site.keys.signing_key.exists():
        raise SiteNotReady(f"Site {site.name} has no keys yet: provision it first (`make up`).")
    seal = site.keys.seal
    if options.step == "check":
        if not options.files:
            raise OperatorError("Name the papers to check.")
        verdicts = [seal.verdict(paper) for paper in options.files]
        for _, words in verdicts:
            _say(words)
        return 0 if all(genuine for genuine, _ in verdicts) else 1
    if options.step == "use":
        if len(options.files) != 2:
            raise OperatorError("Name two PEM files: the certificate, then its key.")
        seal.use(*options.files)
    else:
        seal.renew()
    _say("done: start registry again (`make down && make up`), so that it reads it; papers sealed before stay as they are")
    return 0


def staff_accounts(options: argparse.Namespace) -> int:
    """Make and list the accounts of the staff, or let one back in, in the site's own database; `staff-accounts add --help` says how."""
    site = Site(Engines(options.run_dir, _say), options.site)
    if not site.keys.signing_key.exists():
        raise SiteNotReady(f"Site {site.name} has no keys yet: provision it first (`make up`).")
    environment = {"PATH": os.environ.get("PATH", ""), **site.environment("identity")}
    rest = options.rest[1:] if options.rest[:1] == ["--"] else options.rest
    command = [python(), "-W", "ignore", "-m", "services.identity.staff_accounts", *rest]
    return subprocess.run(command, env=environment, cwd=REPOSITORY, check=False).returncode


def destroy(options: argparse.Namespace) -> int:
    """Remove the site with its data; and the private engines with theirs when no other site is left."""
    engines = Engines(options.run_dir, _say)
    site = Site(engines, options.site)
    if site.folder.exists():
        # Its databases and virtual host can only be removed from engines that run.
        engines.start()
        _step(f"remove site {site.name}", site.destroy)
    left = sorted(folder.name for folder in (engines.run_dir / "sites").glob("*"))
    if left:
        _say(f"the engines stay, for the sites left: {', '.join(left)}")
        engines.stop()
    else:
        _step("remove the engines and their data", engines.destroy)
    return 0


def read_scale(text: str) -> dict[str, int]:
    """Read "registry=2,billing=2" (commas or spaces). Raises OperatorError for anything else."""
    found = {}
    for part in text.replace(",", " ").split():
        name, equals, count = part.partition("=")
        if not equals or not count.isdecimal():
            raise OperatorError(f'--scale is written "registry=2,billing=2", not {text!r}.')
        found[name] = int(count)
    return found


def _step(what: str, work: Callable[[], object]) -> None:
    began = time.monotonic()
    _say(f"{what} …")
    work()
    _say(f"{what}: {time.monotonic() - began:.1f} s")


def _tell_addresses(site: Site) -> None:
    gateway = site.settings.gateway_url
    _say(f"  college      {site.public_url}")
    if site.public_url != gateway:
        _say(f"  gateway      {gateway}")
    _say(f"  API pages    {site.public_url}/api/v1/docs")
    _say(f"  mail inbox   {site.mail_inbox_url}")
    _say(f"  payments     {site.settings.payment_provider_url}")
    if site.engines.management_url:
        _say(f"  broker       {site.engines.management_url}  (sign-in in {site.engines.run_dir / 'engines.json'})")
    _say(f"  logs         {site.logs}")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m deploy.local", description=__doc__)
    parser.add_argument("--version", action="version", version=version(commit()), help="show which version this is")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--site", default=MAIN, help="which college (default: %(default)s)")
    common.add_argument("--run-dir", type=Path, default=REPOSITORY / ".run", help="where its data lives (default: .run)")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, command: Callable[[argparse.Namespace], int]) -> argparse.ArgumentParser:
        added = commands.add_parser(name, parents=[common], help=command.__doc__, description=command.__doc__)
        added.set_defaults(command=command)
        return added

    add("up", up).add_argument(
        "--scale",
        default="",
        metavar="NAME=N,…",
        help="replicas, as registry=2,billing=2; others keep their last number",
    )
    add("down", down)
    add("status", status)
    shown = add("logs", logs)
    shown.add_argument("--component", help="only this component")
    shown.add_argument("--correlation", metavar="ID", help="only the lines of this request, through every service")
    shown.add_argument("--lines", type=int, default=200, help="how many of the last lines, 0 for all (default: %(default)s)")
    shown.add_argument("--follow", action="store_true", help="go on showing lines as they come")
    add("clock", clock).add_argument(
        "to", nargs="?", metavar="+18months|2027-04-01T09:00|back", help="where to; without it, show it"
    )
    add("address", address)
    add("rotate-keys", rotate_keys).add_argument(
        "--retire",
        action="store_true",
        help="drop the old public keys of which no valid token can be left, and change nothing else",
    )
    add("sealing-keys", sealing_keys).add_argument("step", choices=SEALING_STEPS)
    sealed = add("document-seal", document_seal)
    sealed.add_argument("step", choices=("new", "use", "check"))
    sealed.add_argument("files", nargs="*", type=Path, help="use: certificate and key (PEM); check: papers (PDF)")
    add("staff-accounts", staff_accounts).add_argument(
        "rest", nargs=argparse.REMAINDER, metavar="…", help="what to do: add, list, let-back-in"
    )
    add("destroy", destroy)
    return parser


if __name__ == "__main__":
    sys.exit(main())
