"""What a command has in hand: the language, the calls, and the paper to write on."""

import json
import os
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, TypeVar

import click

from services.common.kernel.access import StepUpRequired
from services.common.kernel.contract import Answered
from services.common.kernel.text import LANGUAGES
from staff.terminal.client import Client
from staff.terminal.session import SessionNotPrivate, SessionStore
from staff.terminal.show import Page
from staff.terminal.texts import say

Answer = TypeVar("Answer")


class Context:
    """One run of one command. `as_json` and `amqp_uri` are filled from the command's options."""

    def __init__(self, arguments: Sequence[str]) -> None:
        self.store = SessionStore.from_environment()
        self.language = _language_asked(arguments) or self._language_of_account() or _language_of_system()
        self.as_json = False
        self.amqp_uri = os.environ.get("AMQP_URI", "")

    @cached_property
    def client(self) -> Client:
        """The connection, opened when first needed. Raises NoSuchAddress."""
        return Client(self.amqp_uri, self.store, self.language)

    @cached_property
    def page(self) -> Page:
        """The paper for words and tables."""
        return Page(self.language)

    def close(self) -> None:
        """Closes the connection, if one was opened."""
        if "client" in self.__dict__:
            self.client.close()

    def call(self, contract: type[Answered[Answer]], **request: Any) -> Answer:
        """Makes a call as the signed-in person and gives the `Reply`; a sensitive one asks anew who it is. Errors as for `Client.call`."""
        try:
            return self.client.call(contract, **request)
        except StepUpRequired as required:
            click.echo(self.text("step-up"), err=True)
            try:
                self.client.step_up(self.ask_proof)
            except click.Abort:
                raise required from None  # nobody is there to ask
            return self.client.call(contract, **request)

    def ask_proof(self, methods: Sequence[str]) -> dict[str, str]:
        """Asks at the terminal for a proof of who one is: a code (digits alone), a recovery code, or the password.

        A passkey needs a browser: raises click.Abort where there is nothing else.
        """
        if "password" in methods:
            return {"password": click.prompt(self.text("password"), hide_input=True, err=True)}
        if methods == ["passkey"]:
            click.echo(self.text("passkey-only"), err=True)
            raise click.Abort()
        code = click.prompt(self.text("code-or-recovery"), err=True).strip()
        digits = "".join(code.split())
        return {"code": digits} if digits.isdecimal() and "totp" in methods else {"recovery_code": code}

    def text(self, code: str, **values: object) -> str:
        """Gives words of ours in the language of this run."""
        return say(code, self.language, **values)

    def show(self, contract: type[Answered[Answer]], reply: Answer, draw: Callable[[Page, Answer], None]) -> None:
        """Shows an answer: as JSON just as the contract writes it, else as `draw` puts it on the page."""
        if self.as_json:
            self.print_json(contract.write_reply(reply))
        else:
            draw(self.page, reply)

    @staticmethod
    def print_json(value: Any) -> None:
        """Prints JSON for other programs."""
        click.echo(json.dumps(value, ensure_ascii=False, indent=2))

    def confirm(self, question: str) -> None:
        """Asks before something that cannot be taken back; raises click.Abort for any answer but yes."""
        answer = click.prompt(f"{question} {self.text('yes-or-no')}", default="", show_default=False, err=True)
        if answer.strip().lower() not in ("y", "yes", "o", "oui"):
            raise click.Abort()

    def _language_of_account(self) -> str | None:
        try:
            session = self.store.load()
        except SessionNotPrivate:
            return None
        return session.account.get("language") if session else None


def _language_asked(arguments: Sequence[str]) -> str | None:
    # Read before the options are: the help and the faults of the options themselves are told in this language.
    for place, given in enumerate(arguments):
        if given == "--":
            break
        name, _, value = given.partition("=")
        if name == "--language":
            asked = value or (arguments[place + 1] if place + 1 < len(arguments) else "")
            return asked if asked in LANGUAGES else None
    return None


def _language_of_system() -> str:
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    return "fr" if locale.lower().startswith("fr") else "en"
