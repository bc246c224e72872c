"""The last words of a run that did not succeed, on standard error, and its exit code."""

import json
from typing import Any

import click

from services.common.kernel.errors import OutcomeUnknown, RemoteError, ServiceError, Unauthenticated, Unavailable
from services.common.kernel.validation import words
from services.common.security.transport import PlaintextRefused
from services.contracts.identity.errors import SessionEnded
from staff.commands import came_between
from staff.terminal.client import NoSuchAddress, SystemNotReachable
from staff.terminal.context import Context
from staff.terminal.plain import plain
from staff.terminal.session import SessionNotPrivate
from staff.terminal.texts import say

REFUSED, USAGE, NOT_REACHABLE = 1, 2, 3


def end_of(error: Exception, context: Context) -> int:
    """Says what went wrong in the person's language and gives the exit code; raises what is a fault of this program."""
    if isinstance(error, ServiceError):
        return _service_error(error, context)
    if isinstance(error, SystemNotReachable):
        return _told(context, NOT_REACHABLE, "system_not_reachable", context.text("not-reachable", system=error.system))
    if isinstance(error, NoSuchAddress):
        return _told(context, USAGE, "usage", context.text("no-address"))
    if isinstance(error, PlaintextRefused):
        return _told(context, USAGE, "usage", context.text("plaintext"))
    if isinstance(error, SessionNotPrivate):
        return _told(context, REFUSED, "session_not_private", context.text("not-private", path=error.path))
    if isinstance(error, click.Abort):
        return _told(context, REFUSED, "not_confirmed", context.text("nothing-done"))
    raise error


def _service_error(error: ServiceError, context: Context) -> int:
    language = context.language
    detail = context.text("outcome-unknown") if isinstance(error, OutcomeUnknown) else error.say(language)
    faults = [
        {
            "field": str(fault.get("field", "")),
            "code": str(fault.get("code", "")),
            "message": words(str(fault.get("code", "")), language),
        }
        for fault in error.params.get("errors") or ()
    ]
    if isinstance(error, RemoteError) and error.params.get("remote_code"):
        detail = f"{detail} ({error.params['remote_code']})"
    if isinstance(error, Unauthenticated | SessionEnded):
        detail = f"{detail} {context.text('how-to-sign-in')}"
    code = NOT_REACHABLE if isinstance(error, Unavailable | RemoteError) else REFUSED
    return _told(context, code, error.code, f"{error.title.in_(language)} {detail}", faults, error.params)


def _told(
    context: Context,
    exit_code: int,
    code: str,
    message: str,
    faults: list[dict[str, str]] | None = None,
    params: dict[str, Any] | None = None,
) -> int:
    if context.as_json:
        told = {"code": code, "message": message, "errors": faults or [], "params": params or {}}
        click.echo(json.dumps(told, ensure_ascii=False, default=str), err=True)
        return exit_code
    click.echo(plain(f"{message} [{code}]"), err=True)
    for fault in faults or ():
        click.echo(plain(f"  {fault['field']}{context.text('colon')} {fault['message']} [{fault['code']}]"), err=True)
    for line in came_between.lines(context, params or {}):
        click.echo(plain(line), err=True)
    return exit_code


def usage_words(error: click.UsageError, language: str) -> str:
    """Says what is wrong with a command line, where click's own words are English only."""
    if isinstance(error, click.NoSuchOption):
        told = say("no-such-option", language, name=error.option_name)
    elif isinstance(error, click.NoSuchCommand):
        told = say("no-such-command", language, name=error.command_name)
    elif isinstance(error, click.MissingParameter):
        told = say("missing", language, name=_hint(error))
    elif isinstance(error, click.BadOptionUsage):
        told = say("option-misused", language, name=error.option_name)
    elif isinstance(error, click.BadParameter) and isinstance(getattr(error.param, "type", None), click.Choice):
        choices = ", ".join(str(choice) for choice in error.param.type.choices)  # type: ignore[union-attr]
        told = say("not-a-choice", language, name=_hint(error), choices=choices)
    elif isinstance(error, WrongValue):
        told = error.message
    elif isinstance(error, click.BadParameter):
        told = say("wrong-value", language, name=_hint(error))
    else:
        told = say("too-many", language)
    return f"{told} {say('see-help', language)}"


def _hint(error: click.BadParameter) -> str:
    return error.param.get_error_hint(error.ctx).strip("'") if error.param and error.ctx else ""


class WrongValue(click.UsageError):
    """An option's value is not as it must be; its message is in the person's language already."""
