"""The identity service's entry points."""

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import audit_queries, dead_letters
from services.common.duties.personal_data_calls import PersonalData, WhosePersonalData
from services.common.duties.resealing import reseal_all
from services.common.duties.retention import retention_timer
from services.common.duties.retention_calls import RetentionPreview
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.runtime.service import Service
from services.contracts import identity as contracts
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.college_provider import CollegeProfile
from services.contracts.identity.accounts import ActivateAccount, OpenAccount
from services.contracts.identity.administration import (
    FindAccounts,
    FoundAccount,
    GetColleagues,
    GetPreferredLanguage,
    ImportAccounts,
    InviteMigrated,
    LegalHold,
    ListLegalHolds,
)
from services.contracts.identity.delegates import Delegation, ShowInvitation
from services.contracts.identity.factors import FactorAdded
from services.contracts.identity.programs import IssueProgramToken, Program, ProgramWithSecret
from services.contracts.identity.recovery import ConfirmEmailChange, RequestEmailChange
from services.contracts.identity.shapes import AccessToken, Account, ProofNeeded, SignInOutcome, Tokens
from services.contracts.identity.support import (
    AccessRequestInFull,
    ConfirmAccessDecision,
    DecideAccessRequest,
    ListAccessRequests,
    RequestAccess,
)
from services.contracts.registry import RegistrationFinalised
from services.contracts.registry.standing import StandingChanged
from services.identity.accounts import accounts, activation, email_changes, invitations, migrated_accounts, roles
from services.identity.grants import api_clients, delegations, revocations
from services.identity.models import Factor
from services.identity.privacy import holds, personal_data, pruning, retention
from services.identity.proofs import factors, step_up
from services.identity.recovery import access_requests, account_unlocking, password_resets
from services.identity.sessions import own_sessions, sessions, signing_in
from services.identity.settings import IdentityOffice
from services.identity.staff import staff_administration, staff_directory

PRUNING_S, INVITING_S = 3600, 2


class IdentityService(Service):
    """Accounts, sign-in, second factors, support, delegates, programs, and the administration of accounts."""

    name = "identity"
    college = CollegeProfile()
    settings = IdentityOffice()

    # ---- accounts ------------------------------------------------------------------------------------------------------

    @rpc(contracts.accounts.OpenAccount, transaction=False)
    def open_account(self, units: UnitOfWorkFactory, request: OpenAccount.Request) -> OpenAccount.Reply:
        return accounts.open_account(units, self.settings, self.college, request)

    @rpc(contracts.accounts.ResendActivation)
    def resend_activation(self, work: UnitOfWork, request: contracts.accounts.ResendActivation.Request) -> None:
        activation.resend(work, self.settings, request.email)

    @rpc(contracts.accounts.ActivateAccount)
    def activate_account(self, work: UnitOfWork, request: ActivateAccount.Request) -> ActivateAccount.Reply:
        return activation.activate(work, self.settings, request.token)

    @rpc(contracts.accounts.GetMe)
    def get_me(self, work: UnitOfWork) -> Account:
        return accounts.get_me(work)

    @rpc(contracts.accounts.StartApplication)
    def start_application(self, work: UnitOfWork) -> Account:
        return accounts.start_application(work)

    @rpc(contracts.accounts.SetLanguage)
    def set_language(self, work: UnitOfWork, request: contracts.accounts.SetLanguage.Request) -> Account:
        return accounts.set_language(work, request.language)

    # ---- getting in again ------------------------------------------------------------------------------------------------

    @rpc(contracts.recovery.RequestPasswordReset)
    def request_password_reset(self, work: UnitOfWork, request: contracts.recovery.RequestPasswordReset.Request) -> None:
        password_resets.request_reset(
            work, self.settings, self.college, email=request.email, application_id=request.application_id
        )

    @rpc(contracts.recovery.ResetPassword, transaction=False)
    def reset_password(self, units: UnitOfWorkFactory, request: contracts.recovery.ResetPassword.Request) -> None:
        password_resets.reset(units, self.settings, request.token, request.password)

    @rpc(contracts.recovery.ChangePassword, transaction=False)
    def change_password(self, units: UnitOfWorkFactory, request: contracts.recovery.ChangePassword.Request) -> None:
        password_resets.change(units, self.settings, request.password, request.new_password)

    @rpc(contracts.recovery.RequestApplicationId)
    def request_application_id(self, work: UnitOfWork, request: contracts.recovery.RequestApplicationId.Request) -> None:
        password_resets.request_application_id(work, self.settings, request.email)

    @rpc(contracts.recovery.RequestUnlock)
    def request_unlock(self, work: UnitOfWork, request: contracts.recovery.RequestUnlock.Request) -> None:
        account_unlocking.request(work, self.settings, self.college, request.login)

    @rpc(contracts.recovery.Unlock)
    def unlock(self, work: UnitOfWork, request: contracts.recovery.Unlock.Request) -> None:
        account_unlocking.unlock(work, self.settings, request.token)

    @rpc(contracts.recovery.RequestEmailChange)
    def request_email_change(self, work: UnitOfWork, request: RequestEmailChange.Request) -> RequestEmailChange.Reply:
        return email_changes.request(work, self.settings, request.email)

    @rpc(contracts.recovery.ConfirmEmailChange)
    def confirm_email_change(self, work: UnitOfWork, request: ConfirmEmailChange.Request) -> ConfirmEmailChange.Reply:
        return email_changes.confirm(work, request.token)

    # ---- sessions --------------------------------------------------------------------------------------------------------

    @rpc(contracts.sessions.SignIn, transaction=False)
    def sign_in(self, units: UnitOfWorkFactory, request: contracts.sessions.SignIn.Request) -> SignInOutcome:
        return signing_in.sign_in(units, self.settings, self.college, request)

    @rpc(contracts.sessions.BeginPasskeySignIn)
    def begin_passkey_sign_in(self, work: UnitOfWork) -> ProofNeeded:
        return signing_in.begin_with_passkey(work, self.settings)

    @rpc(contracts.sessions.CompleteSignIn, transaction=False)
    def complete_sign_in(self, units: UnitOfWorkFactory, request: contracts.sessions.CompleteSignIn.Request) -> SignInOutcome:
        return signing_in.complete(units, self.settings, request)

    @rpc(contracts.sessions.RefreshSession, transaction=False)
    def refresh_session(self, units: UnitOfWorkFactory, request: contracts.sessions.RefreshSession.Request) -> Tokens:
        return sessions.refresh(units, self.settings, request.refresh_token)

    @rpc(contracts.sessions.SignOut)
    def sign_out(self, work: UnitOfWork) -> None:
        sessions.sign_out(work)

    @rpc(contracts.sessions.BeginStepUp)
    def begin_step_up(self, work: UnitOfWork) -> ProofNeeded:
        return step_up.begin(work, self.settings)

    @rpc(contracts.sessions.StepUp, transaction=False)
    def step_up(self, units: UnitOfWorkFactory, request: contracts.sessions.StepUp.Request) -> AccessToken:
        return step_up.finish(units, self.settings, request)

    @rpc(contracts.sessions.ListSessions)
    def list_sessions(self, work: UnitOfWork) -> contracts.sessions.ListSessions.Reply:
        return own_sessions.list_mine(work, self.settings)

    @rpc(contracts.sessions.EndSession)
    def end_session(self, work: UnitOfWork, request: contracts.sessions.EndSession.Request) -> None:
        own_sessions.end_one(work, request.session_id)

    @rpc(contracts.sessions.EndOtherSessions)
    def end_other_sessions(self, work: UnitOfWork) -> contracts.sessions.EndOtherSessions.Reply:
        return own_sessions.end_others(work)

    @rpc(contracts.sessions.ListEnded)
    def list_ended(self, work: UnitOfWork, request: contracts.sessions.ListEnded.Request) -> contracts.sessions.ListEnded.Reply:
        return revocations.list_since(work, request.since)

    # ---- second factors --------------------------------------------------------------------------------------------------

    @rpc(contracts.factors.ListFactors)
    def list_factors(self, work: UnitOfWork) -> contracts.factors.ListFactors.Reply:
        return factors.list_mine(work)

    @rpc(contracts.factors.BeginTotp)
    def begin_totp(self, work: UnitOfWork) -> contracts.factors.BeginTotp.Reply:
        return factors.begin_totp(work, self.settings, self.college)

    @rpc(contracts.factors.ConfirmTotp)
    def confirm_totp(self, work: UnitOfWork, request: contracts.factors.ConfirmTotp.Request) -> FactorAdded:
        return factors.confirm_totp(work, self.settings, request)

    @rpc(contracts.factors.BeginPasskey)
    def begin_passkey(self, work: UnitOfWork) -> contracts.factors.BeginPasskey.Reply:
        return factors.begin_passkey(work, self.settings, self.college)

    @rpc(contracts.factors.ConfirmPasskey)
    def confirm_passkey(self, work: UnitOfWork, request: contracts.factors.ConfirmPasskey.Request) -> FactorAdded:
        return factors.confirm_passkey(work, self.settings, request)

    @rpc(contracts.factors.RemoveFactor)
    def remove_factor(self, work: UnitOfWork, request: contracts.factors.RemoveFactor.Request) -> None:
        factors.remove(work, request.factor_id)

    @rpc(contracts.factors.RenewRecoveryCodes)
    def renew_recovery_codes(self, work: UnitOfWork) -> contracts.factors.RenewRecoveryCodes.Reply:
        return factors.renew_recovery_codes(work)

    # ---- support ---------------------------------------------------------------------------------------------------------

    @rpc(contracts.support.RequestAccess)
    def request_access(self, work: UnitOfWork, request: RequestAccess.Request) -> RequestAccess.Reply:
        return access_requests.ask(work, self.settings, self.college, request)

    @rpc(contracts.support.ListAccessRequests)
    def list_access_requests(self, work: UnitOfWork, request: ListAccessRequests.Request) -> ListAccessRequests.Reply:
        return access_requests.list_all(work, request)

    @rpc(contracts.support.GetAccessRequest)
    def get_access_request(self, work: UnitOfWork, request: contracts.support.GetAccessRequest.Request) -> AccessRequestInFull:
        return access_requests.look_at(work, self.college, request.request_id)

    @rpc(contracts.support.DecideAccessRequest)
    def decide_access_request(self, work: UnitOfWork, request: DecideAccessRequest.Request) -> AccessRequestInFull:
        return access_requests.decide(work, self.settings, self.college, request)

    @rpc(contracts.support.ConfirmAccessDecision)
    def confirm_access_decision(self, work: UnitOfWork, request: ConfirmAccessDecision.Request) -> AccessRequestInFull:
        return access_requests.confirm(work, self.settings, self.college, request)

    # ---- delegates -------------------------------------------------------------------------------------------------------

    @rpc(contracts.delegates.InviteDelegate)
    def invite_delegate(self, work: UnitOfWork, request: contracts.delegates.InviteDelegate.Request) -> Delegation:
        return delegations.invite(work, self.settings, request)

    @rpc(contracts.delegates.ListDelegations)
    def list_delegations(self, work: UnitOfWork) -> contracts.delegates.ListDelegations.Reply:
        return delegations.list_mine(work)

    @rpc(contracts.delegates.ShowInvitation)
    def show_invitation(self, work: UnitOfWork, request: ShowInvitation.Request) -> ShowInvitation.Reply:
        return delegations.show(work, request.token)

    @rpc(contracts.delegates.AcceptDelegation)
    def accept_delegation(self, work: UnitOfWork, request: contracts.delegates.AcceptDelegation.Request) -> Delegation:
        return delegations.accept(work, request.token)

    @rpc(contracts.delegates.EndDelegation)
    def end_delegation(self, work: UnitOfWork, request: contracts.delegates.EndDelegation.Request) -> Delegation:
        return delegations.end(work, request.delegation_id)

    @rpc(contracts.delegates.ActFor)
    def act_for(self, work: UnitOfWork, request: contracts.delegates.ActFor.Request) -> contracts.delegates.ActFor.Reply:
        return delegations.act_for(work, self.settings, request.delegation_id)

    # ---- programs --------------------------------------------------------------------------------------------------------

    @rpc(contracts.programs.RegisterProgram)
    def register_program(self, work: UnitOfWork, request: contracts.programs.RegisterProgram.Request) -> ProgramWithSecret:
        return api_clients.register(work, request.name, request.scopes)

    @rpc(contracts.programs.ListPrograms)
    def list_programs(self, work: UnitOfWork) -> contracts.programs.ListPrograms.Reply:
        return api_clients.list_all(work)

    @rpc(contracts.programs.RenewProgramSecret)
    def renew_program_secret(self, work: UnitOfWork, request: contracts.programs.RenewProgramSecret.Request) -> ProgramWithSecret:
        return api_clients.renew_secret(work, request.program_id)

    @rpc(contracts.programs.RevokeProgram)
    def revoke_program(self, work: UnitOfWork, request: contracts.programs.RevokeProgram.Request) -> Program:
        return api_clients.revoke(work, request.program_id, request.note)

    @rpc(contracts.programs.IssueProgramToken, transaction=False)
    def issue_program_token(self, units: UnitOfWorkFactory, request: IssueProgramToken.Request) -> IssueProgramToken.Reply:
        return api_clients.issue_token(units, self.settings, request)

    # ---- administration --------------------------------------------------------------------------------------------------

    @rpc(contracts.administration.FindAccounts)
    def find_accounts(self, work: UnitOfWork, request: FindAccounts.Request) -> FindAccounts.Reply:
        return staff_administration.find_accounts(work, self.college, request)

    @rpc(contracts.administration.InviteStaff)
    def invite_staff(self, work: UnitOfWork, request: contracts.administration.InviteStaff.Request) -> FoundAccount:
        return staff_administration.invite(work, self.settings, request)

    @rpc(contracts.administration.ListStaff)
    def list_staff(self, work: UnitOfWork) -> contracts.administration.ListStaff.Reply:
        return staff_administration.list_staff(work)

    @rpc(contracts.administration.SetStaffRoles)
    def set_staff_roles(self, work: UnitOfWork, request: contracts.administration.SetStaffRoles.Request) -> FoundAccount:
        return staff_administration.set_roles(work, account_id=request.account_id, roles=request.roles)

    @rpc(contracts.administration.SetStaffName)
    def set_staff_name(self, work: UnitOfWork, request: contracts.administration.SetStaffName.Request) -> FoundAccount:
        return staff_directory.set_name(work, account_id=request.account_id, name=request.name)

    @rpc(contracts.administration.GetColleagues)
    def get_colleagues(self, work: UnitOfWork, request: GetColleagues.Request) -> GetColleagues.Reply:
        return staff_directory.names_of(work, account_ids=request.account_ids)

    @rpc(contracts.administration.GetPreferredLanguage)
    def get_preferred_language(self, work: UnitOfWork, request: GetPreferredLanguage.Request) -> GetPreferredLanguage.Reply:
        return accounts.language_of(work, request.account_id)

    @rpc(contracts.administration.SuspendAccount)
    def suspend_account(self, work: UnitOfWork, request: contracts.administration.SuspendAccount.Request) -> FoundAccount:
        return staff_administration.suspend(work, request)

    @rpc(contracts.administration.ImportAccounts)
    def import_accounts(self, work: UnitOfWork, request: ImportAccounts.Request) -> ImportAccounts.Reply:
        return migrated_accounts.take_over(work, self.college, accounts=request.accounts)

    @rpc(contracts.administration.InviteMigrated)
    def invite_migrated(self, work: UnitOfWork, request: InviteMigrated.Request) -> InviteMigrated.Reply:
        return invitations.ask_for(work, self.settings, request.account_id)

    @rpc(contracts.administration.GetInvitations)
    def get_invitations(self, work: UnitOfWork) -> contracts.administration.GetInvitations.Reply:
        return invitations.progress(work)

    @rpc(contracts.administration.PlaceLegalHold)
    def place_legal_hold(self, work: UnitOfWork, request: contracts.administration.PlaceLegalHold.Request) -> LegalHold:
        return holds.place(work, account_id=request.account_id, reason=request.reason)

    @rpc(contracts.administration.LiftLegalHold)
    def lift_legal_hold(self, work: UnitOfWork, request: contracts.administration.LiftLegalHold.Request) -> LegalHold:
        return holds.lift(work, hold_id=request.hold_id, reason=request.reason)

    @rpc(contracts.administration.ListLegalHolds)
    def list_legal_holds(self, work: UnitOfWork, request: ListLegalHolds.Request) -> ListLegalHolds.Reply:
        return holds.list_all(work, request.account_id)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work: UnitOfWork, request: WhosePersonalData) -> PersonalData:
        return personal_data.read(work, request.account_id)

    @rpc(contracts.retention.PreviewRetention)
    def preview_retention(self, work: UnitOfWork) -> RetentionPreview:
        return retention.preview(work, self.college)

    # ---- facts and timers ------------------------------------------------------------------------------------------------

    @handles(RegistrationFinalised)
    def grant_registrant_role(self, work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
        """Grants the registrant role. A role held already stays; an account that is not known is retried, then dead-lettered."""
        roles.make_registrant(work, event)

    @handles(StandingChanged)
    def follow_standing(self, work: UnitOfWork, event: StandingChanged.Data) -> None:
        """Grants or withdraws the registrant role; an older standing changes nothing. An unknown account is retried, then dead-lettered."""
        roles.follow_standing(work, event)

    @handles(ApplicationSubmitted)
    def freeze_email(self, work: UnitOfWork, event: ApplicationSubmitted.Data) -> None:
        """Freezes the applicant's address. A frozen one stays so; an account that is not known is retried, then dead-lettered."""
        accounts.freeze_email(work, event)

    @timer(interval=INVITING_S)
    def write_invitations(self) -> None:
        """Writes the invitations that were asked for, a batch at a time; replicas pass over each other's."""
        self.units.persist(lambda: invitations.write_some(self.units, self.settings))

    @timer(interval=PRUNING_S)
    def forget_what_is_over(self) -> None:
        """Prunes expired rows every hour; replicas may do so side by side."""
        with self.units.transaction(actor="timer/pruning") as work:
            pruning.prune(work)

    @timer(interval=PRUNING_S, eager=True)
    def seal_anew(self) -> None:
        """Seals anew the secrets of authenticator apps that an old FACTORS_KEY sealed, at the start and every hour; replicas may do so too."""
        self.units.persist(lambda: reseal_all(self.units, self.settings.factor_box, Factor.id, Factor.sealed_secret))

    @retention_timer
    def destroy_what_is_due(self) -> None:
        """Destroys what is past its time (R15), one replica at a time."""
        retention.destroy_due(self.units, self.college)

    list_dead_letters = dead_letters.entry_point(contracts.dead_letters.ListDeadLetters)
    get_dead_letter = dead_letters.entry_point(contracts.dead_letters.GetDeadLetter)
    replay_dead_letter = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetter)
    replay_dead_letters = dead_letters.entry_point(contracts.dead_letters.ReplayDeadLetters)
    discard_dead_letter = dead_letters.entry_point(contracts.dead_letters.DiscardDeadLetter)
    list_audit = audit_queries.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_queries.entry_point(contracts.audit.VerifyAudit)
