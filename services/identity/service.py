"""The identity service's entry points."""

from nameko.timer import timer

from services.common.events import handles
from services.common.rpc_server import rpc
from services.common.service import Service
from services.contracts import identity as contracts
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.college_provider import CollegeProfile
from services.contracts.registry import RegistrationFinalised
from services.identity import accounts, activation, pruning, roles, sessions
from services.identity.settings import IdentityOffice

PRUNING_S = 3600


class IdentityService(Service):
    """Accounts, activation, sign-in, sessions and roles."""

    name = "identity"
    college = CollegeProfile()
    settings = IdentityOffice()

    @rpc(contracts.OpenAccount, transaction=False)
    def open_account(self, works, **request):
        return accounts.open_account(works, self.settings, self.college, **request)

    @rpc(contracts.ResendActivation)
    def resend_activation(self, work, email):
        activation.resend(work, self.settings, email)

    @rpc(contracts.ActivateAccount)
    def activate_account(self, work, token):
        return activation.activate(work, token)

    @rpc(contracts.SignIn, transaction=False)
    def sign_in(self, works, login, password):
        return sessions.sign_in(works, self.settings, self.college, login, password)

    @rpc(contracts.RefreshSession, transaction=False)
    def refresh_session(self, works, refresh_token):
        return sessions.refresh(works, self.settings, refresh_token)

    @rpc(contracts.SignOut)
    def sign_out(self, work):
        sessions.sign_out(work)

    @rpc(contracts.GetMe)
    def get_me(self, work):
        return accounts.get_me(work)

    @rpc(contracts.SetLanguage)
    def set_language(self, work, language):
        return accounts.set_language(work, language)

    @handles(RegistrationFinalised)
    def grant_registrant_role(self, work, fact):
        """Grants the registrant role. A role held already stays; an account that is not known is retried, then parked."""
        roles.make_registrant(work, fact)

    @handles(ApplicationSubmitted)
    def freeze_email(self, work, fact):
        """Freezes the applicant's address. A frozen one stays so; an account that is not known is retried, then parked."""
        accounts.freeze_email(work, fact)

    @timer(interval=PRUNING_S)
    def forget_what_is_over(self):
        """Prunes expired rows every hour; replicas may do so side by side."""
        with self.works.transaction(actor="timer/pruning") as work:
            pruning.prune(work)
