"""Signing in, staying signed in, the second step, and the list of one's sessions."""

from datetime import datetime
from uuid import UUID

from services.common.kernel.access import ANYONE, SIGNED_IN
from services.common.kernel.contract import Call, ConstantTime
from services.common.kernel.records import Record, of
from services.contracts import shapes
from services.contracts.identity.errors import ChallengeOver, ProofRefused, SessionEnded, SignInRefused, TooManyTries
from services.contracts.identity.shapes import AccessToken, Proof, ProofNeeded, SignInOutcome, Tokens


class SignIn(Call):
    """Signs a person in by application ID or e-mail, and password (F4, F5); whoever has a second factor is asked for it next (B10).

    A session that a browser keeps ends when it is left alone for half an hour or so; any other one after thirty days.
    """

    access = ANYONE
    constant_time = ConstantTime.REFUSALS
    errors = (SignInRefused, TooManyTries)

    class Request(Record):
        """Who and the proof."""

        login: str = of(shapes.short(254))
        password: str = of(shapes.secret())
        kept_by_browser: bool = False

    Reply = SignInOutcome


class BeginPasskeySignIn(Call):
    """Begins a sign-in with a passkey alone; the answer tells the browser what to ask its authenticator (B10)."""

    access = ANYONE
    Reply = ProofNeeded


class CompleteSignIn(Call):
    """Signs in with the second factor that was asked for, or with a passkey alone (B10)."""

    access = ANYONE
    errors = (ChallengeOver, ProofRefused, TooManyTries)

    class Request(Proof):
        """The challenge and one proof other than the password."""

        challenge: str = of(shapes.secret())
        kept_by_browser: bool = False

    Reply = SignInOutcome


class RefreshSession(Call):
    """Trades a refresh token for new tokens; one used twice ends every session that came from the same sign-in."""

    access = ANYONE
    errors = (SessionEnded,)

    class Request(Record):
        """The token got last."""

        refresh_token: str = of(shapes.secret())

    Reply = Tokens


class SignOut(Call):
    """Ends the caller's session: its refresh token no longer works."""

    access = SIGNED_IN


class BeginStepUp(Call):
    """Tells with what the caller can show anew who they are, before a sensitive act."""

    access = SIGNED_IN
    Reply = ProofNeeded


class StepUp(Call):
    """Gives an access token that counts as fresh for fifteen minutes, for a proof shown now; the second factor's, if there is one."""

    access = SIGNED_IN
    errors = (ChallengeOver, ProofRefused, TooManyTries)

    class Request(Proof):
        """The challenge and one proof."""

        challenge: str = of(shapes.secret())

    Reply = AccessToken


class Session(Record):
    """One sign-in that still works: since when, from where, on what."""

    id: UUID
    begun_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    address: str | None
    device: str | None
    second_factor: bool
    current: bool


class ListSessions(Call):
    """Lists the caller's sessions, the one in use first, and how many there may be at once: then the oldest ends (B10)."""

    access = SIGNED_IN
    read_only = True

    class Reply(Record):
        """The sessions, and the most at once."""

        sessions: list[Session]
        at_once: int | None = None


class EndSession(Call):
    """Ends one of the caller's sessions: nothing new is given out for it, and access tokens it holds are refused within seconds."""

    access = SIGNED_IN

    class Request(Record):
        """Which."""

        session_id: UUID


class EndOtherSessions(Call):
    """Ends all sessions of the caller but the one in use, and says how many."""

    access = SIGNED_IN

    class Reply(Record):
        """How many were ended."""

        ended: int


class ListEnded(Call):
    """Tells the gateway what access tokens rest on and has ended lately: sessions, delegations, programs.

    The first time all that a token may still rest on, then what has come since the answer before. Nobody's data: ids alone.
    """

    access = ANYONE
    internal = True
    read_only = True

    class Request(Record):
        """The `as_of` of the answer before, if there was one."""

        since: datetime | None = None

    class Reply(Record):
        """Session and delegation ids and clients' identifiers, some of them perhaps told before."""

        ended: list[str]
        as_of: datetime
