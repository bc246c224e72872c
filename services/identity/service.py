"""The identity service's entry points."""

from typing import Any

from nameko.timer import timer

from services.common.bus.events import handles
from services.common.bus.rpc_server import rpc
from services.common.duties import audit_desk, dead_letters
from services.common.duties.personal_data_calls import WhosePersonalData
from services.common.duties.resealing import reseal_all
from services.common.duties.retention import retention_timer
from services.common.persistence.unit_of_work import UnitOfWork, UnitOfWorkFactory
from services.common.runtime.service import Service
from services.contracts import identity as contracts
from services.contracts.applications.events import ApplicationSubmitted
from services.contracts.college_provider import CollegeProfile
from services.contracts.registry import RegistrationFinalised
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

    @rpc(contracts.OpenAccount, transaction=False)
    def open_account(self, units: UnitOfWorkFactory, request: contracts.OpenAccount.Request) -> Any:
        return accounts.open_account(units, self.settings, self.college, request)

    @rpc(contracts.ResendActivation)
    def resend_activation(self, work: UnitOfWork, request: contracts.ResendActivation.Request) -> None:
        activation.resend(work, self.settings, request.email)

    @rpc(contracts.ActivateAccount)
    def activate_account(self, work: UnitOfWork, request: contracts.ActivateAccount.Request) -> Any:
        return activation.activate(work, self.settings, request.token)

    @rpc(contracts.GetMe)
    def get_me(self, work: UnitOfWork) -> Any:
        return accounts.get_me(work)

    @rpc(contracts.StartApplication)
    def start_application(self, work: UnitOfWork) -> Any:
        return accounts.start_application(work)

    @rpc(contracts.SetLanguage)
    def set_language(self, work: UnitOfWork, request: contracts.SetLanguage.Request) -> Any:
        return accounts.set_language(work, request.language)

    # ---- getting in again ------------------------------------------------------------------------------------------------

    @rpc(contracts.RequestPasswordReset)
    def request_password_reset(self, work: UnitOfWork, request: contracts.RequestPasswordReset.Request) -> None:
        password_resets.request_reset(
            work, self.settings, self.college, email=request.email, application_id=request.application_id
        )

    @rpc(contracts.ResetPassword, transaction=False)
    def reset_password(self, units: UnitOfWorkFactory, request: contracts.ResetPassword.Request) -> None:
        password_resets.reset(units, self.settings, request.token, request.password)

    @rpc(contracts.ChangePassword, transaction=False)
    def change_password(self, units: UnitOfWorkFactory, request: contracts.ChangePassword.Request) -> None:
        password_resets.change(units, self.settings, request.password, request.new_password)

    @rpc(contracts.RequestApplicationId)
    def request_application_id(self, work: UnitOfWork, request: contracts.RequestApplicationId.Request) -> None:
        password_resets.request_application_id(work, self.settings, request.email)

    @rpc(contracts.RequestUnlock)
    def request_unlock(self, work: UnitOfWork, request: contracts.RequestUnlock.Request) -> None:
        account_unlocking.request(work, self.settings, self.college, request.login)

    @rpc(contracts.Unlock)
    def unlock(self, work: UnitOfWork, request: contracts.Unlock.Request) -> None:
        account_unlocking.unlock(work, self.settings, request.token)

    @rpc(contracts.RequestEmailChange)
    def request_email_change(self, work: UnitOfWork, request: contracts.RequestEmailChange.Request) -> Any:
        return email_changes.request(work, self.settings, request.email)

    @rpc(contracts.ConfirmEmailChange)
    def confirm_email_change(self, work: UnitOfWork, request: contracts.ConfirmEmailChange.Request) -> Any:
        return email_changes.confirm(work, request.token)

    # ---- sessions --------------------------------------------------------------------------------------------------------

    @rpc(contracts.SignIn, transaction=False)
    def sign_in(self, units: UnitOfWorkFactory, request: contracts.SignIn.Request) -> Any:
        return signing_in.sign_in(units, self.settings, self.college, request)

    @rpc(contracts.BeginPasskeySignIn)
    def begin_passkey_sign_in(self, work: UnitOfWork) -> Any:
        return signing_in.begin_with_passkey(work, self.settings)

    @rpc(contracts.CompleteSignIn, transaction=False)
    def complete_sign_in(self, units: UnitOfWorkFactory, request: contracts.CompleteSignIn.Request) -> Any:
        return signing_in.complete(units, self.settings, request)

    @rpc(contracts.RefreshSession, transaction=False)
    def refresh_session(self, units: UnitOfWorkFactory, request: contracts.RefreshSession.Request) -> Any:
        return sessions.refresh(units, self.settings, request.refresh_token)

    @rpc(contracts.SignOut)
    def sign_out(self, work: UnitOfWork) -> None:
        sessions.sign_out(work)

    @rpc(contracts.BeginStepUp)
    def begin_step_up(self, work: UnitOfWork) -> Any:
        return step_up.begin(work, self.settings)

    @rpc(contracts.StepUp, transaction=False)
    def step_up(self, units: UnitOfWorkFactory, request: contracts.StepUp.Request) -> Any:
        return step_up.finish(units, self.settings, request)

    @rpc(contracts.ListSessions)
    def list_sessions(self, work: UnitOfWork) -> Any:
        return own_sessions.list_mine(work, self.settings)

    @rpc(contracts.EndSession)
    def end_session(self, work: UnitOfWork, request: contracts.EndSession.Request) -> None:
        own_sessions.end_one(work, request.session_id)

    @rpc(contracts.EndOtherSessions)
    def end_other_sessions(self, work: UnitOfWork) -> Any:
        return own_sessions.end_others(work)

    @rpc(contracts.ListEnded)
    def list_ended(self, work: UnitOfWork, request: contracts.ListEnded.Request) -> Any:
        return revocations.list_since(work, request.since)

    # ---- second factors --------------------------------------------------------------------------------------------------

    @rpc(contracts.ListFactors)
    def list_factors(self, work: UnitOfWork) -> Any:
        return factors.list_mine(work)

    @rpc(contracts.BeginTotp)
    def begin_totp(self, work: UnitOfWork) -> Any:
        return factors.begin_totp(work, self.settings, self.college)

    @rpc(contracts.ConfirmTotp)
    def confirm_totp(self, work: UnitOfWork, request: contracts.ConfirmTotp.Request) -> Any:
        return factors.confirm_totp(work, self.settings, request)

    @rpc(contracts.BeginPasskey)
    def begin_passkey(self, work: UnitOfWork) -> Any:
        return factors.begin_passkey(work, self.settings, self.college)

    @rpc(contracts.ConfirmPasskey)
    def confirm_passkey(self, work: UnitOfWork, request: contracts.ConfirmPasskey.Request) -> Any:
        return factors.confirm_passkey(work, self.settings, request)

    @rpc(contracts.RemoveFactor)
    def remove_factor(self, work: UnitOfWork, request: contracts.RemoveFactor.Request) -> None:
        factors.remove(work, request.factor_id)

    @rpc(contracts.RenewRecoveryCodes)
    def renew_recovery_codes(self, work: UnitOfWork) -> Any:
        return factors.renew_recovery_codes(work)

    # ---- support ---------------------------------------------------------------------------------------------------------

    @rpc(contracts.RequestAccess)
    def request_access(self, work: UnitOfWork, request: contracts.RequestAccess.Request) -> Any:
        return access_requests.ask(work, self.settings, self.college, request)

    @rpc(contracts.ListAccessRequests)
    def list_access_requests(self, work: UnitOfWork, request: contracts.ListAccessRequests.Request) -> Any:
        return access_requests.list_all(work, request)

    @rpc(contracts.GetAccessRequest)
    def get_access_request(self, work: UnitOfWork, request: contracts.GetAccessRequest.Request) -> Any:
        return access_requests.look_at(work, self.college, request.request_id)

    @rpc(contracts.DecideAccessRequest)
    def decide_access_request(self, work: UnitOfWork, request: contracts.DecideAccessRequest.Request) -> Any:
        return access_requests.decide(work, self.settings, self.college, request)

    @rpc(contracts.ConfirmAccessDecision)
    def confirm_access_decision(self, work: UnitOfWork, request: contracts.ConfirmAccessDecision.Request) -> Any:
        return access_requests.confirm(work, self.settings, self.college, request)

    # ---- delegates -------------------------------------------------------------------------------------------------------

    @rpc(contracts.InviteDelegate)
    def invite_delegate(self, work: UnitOfWork, request: contracts.InviteDelegate.Request) -> Any:
        return delegations.invite(work, self.settings, request)

    @rpc(contracts.ListDelegations)
    def list_delegations(self, work: UnitOfWork) -> Any:
        return delegations.list_mine(work)

    @rpc(contracts.ShowInvitation)
    def show_invitation(self, work: UnitOfWork, request: contracts.ShowInvitation.Request) -> Any:
        return delegations.show(work, request.token)

    @rpc(contracts.AcceptDelegation)
    def accept_delegation(self, work: UnitOfWork, request: contracts.AcceptDelegation.Request) -> Any:
        return delegations.accept(work, request.token)

    @rpc(contracts.EndDelegation)
    def end_delegation(self, work: UnitOfWork, request: contracts.EndDelegation.Request) -> Any:
        return delegations.end(work, request.delegation_id)

    @rpc(contracts.ActFor)
    def act_for(self, work: UnitOfWork, request: contracts.ActFor.Request) -> Any:
        return delegations.act_for(work, self.settings, request.delegation_id)

    # ---- programs --------------------------------------------------------------------------------------------------------

    @rpc(contracts.RegisterProgram)
    def register_program(self, work: UnitOfWork, request: contracts.RegisterProgram.Request) -> Any:
        return api_clients.register(work, request.name, request.scopes)

    @rpc(contracts.ListPrograms)
    def list_programs(self, work: UnitOfWork) -> Any:
        return api_clients.list_all(work)

    @rpc(contracts.RenewProgramSecret)
    def renew_program_secret(self, work: UnitOfWork, request: contracts.RenewProgramSecret.Request) -> Any:
        return api_clients.renew_secret(work, request.program_id)

    @rpc(contracts.RevokeProgram)
    def revoke_program(self, work: UnitOfWork, request: contracts.RevokeProgram.Request) -> Any:
        return api_clients.revoke(work, request.program_id, request.note)

    @rpc(contracts.IssueProgramToken, transaction=False)
    def issue_program_token(self, units: UnitOfWorkFactory, request: contracts.IssueProgramToken.Request) -> Any:
        return api_clients.issue_token(units, self.settings, request)

    # ---- administration --------------------------------------------------------------------------------------------------

    @rpc(contracts.FindAccounts)
    def find_accounts(self, work: UnitOfWork, request: contracts.FindAccounts.Request) -> Any:
        return staff_administration.find_accounts(work, self.college, request)

    @rpc(contracts.InviteStaff)
    def invite_staff(self, work: UnitOfWork, request: contracts.InviteStaff.Request) -> Any:
        return staff_administration.invite(work, self.settings, request)

    @rpc(contracts.ListStaff)
    def list_staff(self, work: UnitOfWork) -> Any:
        return staff_administration.list_staff(work)

    @rpc(contracts.SetStaffRoles)
    def set_staff_roles(self, work: UnitOfWork, request: contracts.SetStaffRoles.Request) -> Any:
        return staff_administration.set_roles(work, account_id=request.account_id, roles=request.roles)

    @rpc(contracts.SetStaffName)
    def set_staff_name(self, work: UnitOfWork, request: contracts.SetStaffName.Request) -> Any:
        return staff_directory.set_name(work, account_id=request.account_id, name=request.name)

    @rpc(contracts.GetColleagues)
    def get_colleagues(self, work: UnitOfWork, request: contracts.GetColleagues.Request) -> Any:
        return staff_directory.names_of(work, account_ids=request.account_ids)

    @rpc(contracts.GetPreferredLanguage)
    def get_preferred_language(self, work: UnitOfWork, request: contracts.GetPreferredLanguage.Request) -> Any:
        return accounts.language_of(work, request.account_id)

    @rpc(contracts.SuspendAccount)
    def suspend_account(self, work: UnitOfWork, request: contracts.SuspendAccount.Request) -> Any:
        return staff_administration.suspend(work, request)

    @rpc(contracts.ImportAccounts)
    def import_accounts(self, work: UnitOfWork, request: contracts.ImportAccounts.Request) -> Any:
        return migrated_accounts.take_over(work, self.college, accounts=request.accounts)

    @rpc(contracts.InviteMigrated)
    def invite_migrated(self, work: UnitOfWork, request: contracts.InviteMigrated.Request) -> Any:
        return invitations.ask_for(work, self.settings, request.account_id)

    @rpc(contracts.GetInvitations)
    def get_invitations(self, work: UnitOfWork) -> Any:
        return invitations.progress(work)

    @rpc(contracts.PlaceLegalHold)
    def place_legal_hold(self, work: UnitOfWork, request: contracts.PlaceLegalHold.Request) -> Any:
        return holds.place(work, account_id=request.account_id, reason=request.reason)

    @rpc(contracts.LiftLegalHold)
    def lift_legal_hold(self, work: UnitOfWork, request: contracts.LiftLegalHold.Request) -> Any:
        return holds.lift(work, hold_id=request.hold_id, reason=request.reason)

    @rpc(contracts.ListLegalHolds)
    def list_legal_holds(self, work: UnitOfWork, request: contracts.ListLegalHolds.Request) -> Any:
        return holds.list_all(work, request.account_id)

    @rpc(contracts.personal_data.GetPersonalData)
    def get_personal_data(self, work: UnitOfWork, request: WhosePersonalData) -> Any:
        return personal_data.read(work, request.account_id)

    @rpc(contracts.retention.PreviewRetention)
    def preview_retention(self, work: UnitOfWork) -> Any:
        return retention.preview(work, self.college)

    # ---- facts and timers ------------------------------------------------------------------------------------------------

    @handles(RegistrationFinalised)
    def grant_registrant_role(self, work: UnitOfWork, event: RegistrationFinalised.Data) -> None:
        """Grants the registrant role. A role held already stays; an account that is not known is retried, then dead-lettered."""
        roles.make_registrant(work, event)

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
    list_audit = audit_desk.entry_point(contracts.audit.ListAudit)
    verify_audit = audit_desk.entry_point(contracts.audit.VerifyAudit)
