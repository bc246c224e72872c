"""The staff's work on accounts: requests for a way back in, staff accounts, migrated people, programs, legal holds."""

from gateway.api.routing import Route
from services.contracts import identity
from services.contracts.applications import review

ROUTES = (
    Route("GET", "/staff/access-requests", identity.support.ListAccessRequests),
    Route("GET", "/staff/access-requests/{request_id}", identity.support.GetAccessRequest),
    Route("POST", "/staff/access-requests/{request_id}/decision", identity.support.DecideAccessRequest),
    Route("POST", "/staff/access-requests/{request_id}/confirmation", identity.support.ConfirmAccessDecision),
    Route("GET", "/staff/accounts", identity.administration.FindAccounts),
    Route("POST", "/staff/accounts/{account_id}/suspension", identity.administration.SuspendAccount),
    Route("POST", "/staff/accounts/{account_id}/facts", review.CompareFacts),
    Route("GET", "/staff/members", identity.administration.ListStaff),
    Route("POST", "/staff/members", identity.administration.InviteStaff, status=201),
    Route("PUT", "/staff/members/{account_id}/roles", identity.administration.SetStaffRoles),
    Route("PUT", "/staff/members/{account_id}/name", identity.administration.SetStaffName),
    Route("POST", "/staff/colleagues", identity.administration.GetColleagues),
    Route("GET", "/staff/accounts/{account_id}/language", identity.administration.GetPreferredLanguage),
    Route("POST", "/staff/migrated-accounts", identity.administration.ImportAccounts, status=201),
    Route("GET", "/staff/migrated-accounts/invitations", identity.administration.GetInvitations),
    Route("POST", "/staff/migrated-accounts/invitations", identity.administration.InviteMigrated, status=202),
    Route("GET", "/staff/programs", identity.programs.ListPrograms),
    Route("POST", "/staff/programs", identity.programs.RegisterProgram, status=201),
    Route("POST", "/staff/programs/{program_id}/secret", identity.programs.RenewProgramSecret, status=201),
    Route("POST", "/staff/programs/{program_id}/revocation", identity.programs.RevokeProgram),
    Route("GET", "/staff/legal-holds", identity.administration.ListLegalHolds),
    Route("POST", "/staff/legal-holds", identity.administration.PlaceLegalHold, status=201),
    Route("POST", "/staff/legal-holds/{hold_id}/lift", identity.administration.LiftLegalHold),
)
