"""Whether the clock may be moved: only where the college plainly serves nobody but the machine that it runs on."""

from pathlib import Path
from urllib.parse import urlsplit

from services.common.security.transport import may_be_plain

VARIABLE = "CLOCK_FILE"
_ONLY_THIS_MACHINE: frozenset[str] = frozenset()


class ClockRefused(RuntimeError):
    """CLOCK_FILE is set where people may be: no deadline of theirs may be moved by a file."""


def serves_this_machine_only(public_url: str) -> bool:
    """Whether the address at which people find the college leads to this machine only, and so none of its letters anywhere. Pure."""
    url = urlsplit(public_url)
    return url.scheme == "http" and bool(url.hostname) and may_be_plain(url.hostname, _ONLY_THIS_MACHINE)


def clock_file(named: str, public_url: str) -> Path | None:
    """Gives the file that moves the clock, if one is named.

    Raises ClockRefused unless PUBLIC_URL is a plain address of this machine. A college that somebody else can reach has another: its mails,
    links, certificates and passkeys are made with it.
    """
    if not named:
        return None
    if not serves_this_machine_only(public_url):
        raise ClockRefused(
            f"{VARIABLE} moves the college's time and is for a college on one's own machine only: PUBLIC_URL is "
            f"{public_url or 'not set'!r}, not http://127.0.0.1 or http://localhost. Take {VARIABLE} away."
        )
    return Path(named)
