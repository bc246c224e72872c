"""What can go wrong on the operator's side; each message says what to do next."""

from pathlib import Path


class OperatorError(RuntimeError):
    """Something the operator can act on; printed without a traceback by the command line."""


class PackagesUnavailable(OperatorError):
    """An engine is neither installed nor can its packages be unpacked here."""


class EngineFailed(OperatorError):
    """A broker or database did not start, stop or answer."""


class EnginesBusy(OperatorError):
    """Another process holds the engines, so they cannot be started, stopped or removed now."""


class InvalidName(OperatorError):
    """A site, component or scale was given a name that cannot be used."""


class ProvisioningFailed(OperatorError):
    """A site's databases could not be prepared."""


class SiteNotReady(OperatorError):
    """A component stopped or did not become ready in time."""


def tail(path: Path, lines: int = 15) -> str:
    """The last lines of a log, for an error message; empty when there is no log."""
    try:
        return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return ""
