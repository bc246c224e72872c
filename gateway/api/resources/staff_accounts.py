"""The staff's work on accounts: requests for a way back in, staff accounts, migrated people, programs, legal holds."""

from gateway.api.routing import Route
from services.contracts import identity
from services.contracts.applications import review

ROUTES = (
    Route("GET", "/staff/access-requests", identity.ListAccessRequests),
    Route("GET", "/staff/access-requests/{request_id}", identity.GetAccessRequest),
    Route("POST", "/staff/access-requests/{request_id}/decision", identity.DecideAccessRequest),
    Route("POST", "/staff/access-requests/{request_id}/confirmation", identity.ConfirmAccessDecision),
    Route("GET", "/staff/accounts", identity.FindAccounts),
    Route("POST", "/staff/accounts/{account_id}/suspension", identity.SuspendAccount),
    Route("POST", "/staff/accounts/{account_id}/facts", review.CompareFacts),
    Route("GET", "/staff/members", identity.ListStaff),
    Route("POST", "/staff/members", identity.InviteStaff, status=201),
    Route("PUT", "/staff/members/{account_id}/roles", identity.SetStaffRoles),
    Route("PUT", "/staff/members/{account_id}/name", identity.SetStaffName),
    Route("POST", "/staff/colleagues", identity.GetColleagues),
    Route("GET", "/staff/accounts/{account_id}/language", identity.GetPreferredLanguage),
    Route("POST", "/staff/migrated-accounts", identity.ImportAccounts, status=201),
    Route("GET", "/staff/migrated-accounts/invitations", identity.GetInvitations),
    Route("POST", "/staff/migrated-accounts/invitations", identity.InviteMigrated, status=202),
    Route("GET", "/staff/programs", identity.ListPrograms),
    Route("POST", "/staff/programs", identity.RegisterProgram, status=201),
    Route("POST", "/staff/programs/{program_id}/secret", identity.RenewProgramSecret, status=201),
    Route("POST", "/staff/programs/{program_id}/revocation", identity.RevokeProgram),
    Route("GET", "/staff/legal-holds", identity.ListLegalHolds),
    Route("POST", "/staff/legal-holds", identity.PlaceLegalHold, status=201),
    Route("POST", "/staff/legal-holds/{hold_id}/lift", identity.LiftLegalHold),
)
