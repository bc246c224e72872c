"""Stepping up: showing who one is once more, in a session that goes on, before a sensitive act (B10)."""

from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.contracts.identity.sessions import StepUp
from services.contracts.identity.shapes import AccessToken, ProofNeeded
from services.identity.accounts import lookup
from services.identity.models import Account
from services.identity.proofs import proofs
from services.identity.proofs.challenges import Purpose
from services.identity.proofs.proof_checks import PASSWORD
from services.identity.sessions import sessions
from services.identity.settings import IdentitySettings


def begin(work: UnitOfWork, settings: IdentitySettings) -> ProofNeeded:
    """Tells with what the caller can show who they are. Raises Unauthenticated if their session has ended."""
    session = sessions.own(work)
    return proofs.ask_for(work, settings, Purpose.STEP_UP, lookup.own(work), session.id)


def finish(units: UnitOfWorkFactory, settings: IdentitySettings, request: StepUp.Request) -> AccessToken:
    """Gives an access token that is fresh from now. Raises Invalid, ChallengeOver, TooManyTries, ProofRefused, Unauthenticated.

    The session remembers it, and a second factor that was shown, for the tokens that it is given from here on.
    """

    def prove(work: UnitOfWork, account: Account, method: str) -> AccessToken:
        session = sessions.own(work)
        session.proved_at = work.real_now
        session.second_factor = session.second_factor or method != PASSWORD
        work.audit("session:step-up", f"session/{session.id}", after={"proof": method})
        return sessions.access_token(settings, account, session)

    return proofs.show(units, settings, Purpose.STEP_UP, request, prove)
