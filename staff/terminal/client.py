"""Calls over the broker in the name of the person who is signed in."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from services.common.bus.rpc_client import RpcClient
from services.common.bus.senders import STAFF
from services.common.kernel.caller import Caller
from services.common.kernel.contract import Answered, Call
from services.common.kernel.errors import RemoteError, Unauthenticated
from services.common.security.transport import check_broker, plaintext_hosts
from services.contracts.identity.errors import SessionEnded
from services.contracts.identity.sessions import BeginStepUp, CompleteSignIn, RefreshSession, SignIn, SignOut, StepUp
from services.contracts.identity.shapes import Account, SignInOutcome, Tokens
from staff.terminal.session import Session, SessionStore

Answer = TypeVar("Answer")
CONNECT_S = 3.0


class NoSuchAddress(ValueError):
    """The broker's address is missing or is not one."""


class SystemNotReachable(Exception):
    """No connection to the broker came about; nothing was done. `system` says which broker, without its password."""

    def __init__(self, system: str) -> None:
        super().__init__(system)
        self.system = system


def system_of(uri: str) -> str:
    """Names the system behind a broker's address, without user and password: `host:port/vhost`. Raises NoSuchAddress."""
    try:
        parts = urlsplit(uri)
        port = parts.port
    except ValueError as error:
        raise NoSuchAddress("malformed") from error
    if parts.scheme not in ("amqp", "amqps") or not parts.hostname:
        raise NoSuchAddress("not an AMQP address")
    return f"{parts.hostname}:{port or (5671 if parts.scheme == 'amqps' else 5672)}{parts.path or '/'}"


class Client:
    """Makes calls as the signed-in person; renews the access token before it runs out, and once when it is turned away.

    Raises NoSuchAddress, PlaintextRefused for a broker over a network without TLS.
    """

    def __init__(self, uri: str, store: SessionStore, language: str) -> None:
        self.system, self._store, self._language = system_of(uri), store, language
        check_broker(uri, plaintext_hosts(os.environ))
        self._rpc = RpcClient(uri, STAFF).start()

    def close(self) -> None:
        """Closes the connection."""
        self._rpc.stop()

    @property
    def session(self) -> Session | None:
        """The stored session, if it belongs to this system: tokens are never sent to another one."""
        session = self._store.load()
        return session if session and session.system == self.system else None

    def call(self, contract: type[Answered[Answer]], **request: Any) -> Answer:
        """Makes a call and gives the `Reply`; raises the service's typed error, Unauthenticated without a sign-in, SystemNotReachable."""
        self._connect()
        session = self.session
        if session is None:
            raise Unauthenticated()
        if session.about_to_run_out:
            session = self._renew(session)
        try:
            return self._ask(contract, session.access_token, **request)
        except Unauthenticated:
            session = self._renew(session)
            return self._ask(contract, session.access_token, **request)

    def sign_in(self, login: str, password: str, ask_proof: Callable[[list[str]], dict[str, str]]) -> tuple[Account, bool]:
        """Signs in and stores the tokens; gives the account, and whether a second factor must be added before its roles count.

        `ask_proof` asks the person for one of the proofs that are named.

        Raises SignInRefused, TooManyTries, ProofRefused, SystemNotReachable.
        """
        outcome = self._ask(SignIn, None, login=login, password=password)
        if needed := outcome.second_factor:
            proof = ask_proof(needed.methods)
            outcome = self._ask(CompleteSignIn, None, challenge=needed.challenge, **proof)
        if outcome.account is None:
            raise RemoteError()  # neither tokens nor what must be shown before there are any
        self._keep(SignIn, outcome)
        return outcome.account, outcome.enrolment_needed

    def step_up(self, ask_proof: Callable[[list[str]], dict[str, str]]) -> None:
        """Shows anew who the person is, and keeps the token that counts as fresh. Raises ProofRefused, TooManyTries."""
        needed = self.call(BeginStepUp)
        fresh = self.call(StepUp, challenge=needed.challenge, **ask_proof(needed.methods))
        if session := self.session:
            self._store.save(replace(session, access_token=fresh.access_token, expires_at=time.time() + fresh.expires_in))

    def renew(self) -> None:
        """Gets new tokens now, with the roles that count now."""
        if session := self.session:
            self._renew(session)

    def sign_out(self) -> bool:
        """Ends the session here and at the system; says whether there was one. Raises SystemNotReachable, Unavailable.

        The tokens are removed from this machine in any case.
        """
        if self.session is None:
            self._store.forget()
            return False
        try:
            self.call(SignOut)
        except (Unauthenticated, SessionEnded):
            return True  # it had ended already
        finally:
            self._store.forget()
        return True

    def _renew(self, session: Session) -> Session:
        with self._store.held():
            stored = self.session
            if stored is not None and stored.access_token != session.access_token:
                return stored  # another command has renewed it meanwhile
            try:
                tokens = self._ask(RefreshSession, None, refresh_token=session.refresh_token)
            except SessionEnded:
                self._store.forget()
                raise
            return self._keep(RefreshSession, tokens)

    def _keep(self, contract: type[Call], tokens: SignInOutcome | Tokens) -> Session:
        session = Session.from_tokens(self.system, contract.write_reply(tokens))
        self._store.save(session)
        return session

    def _connect(self) -> None:
        if not self._rpc.link.wait_open(CONNECT_S):
            raise SystemNotReachable(self.system)

    def _ask(self, contract: type[Answered[Answer]], token: str | None, **request: Any) -> Answer:
        self._connect()
        return self._rpc.call(contract, Caller(token=token, language=self._language), **request)
