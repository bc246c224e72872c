"""The roles that an account can hold, the scopes that a program can have, and the groups of them that declarations of access name."""

from services.common.kernel.access import Access, roles

APPLICANT = "applicant"
REGISTRANT = "registrant"
SUPPORT = "support"
REGISTRATION_OFFICER = "registration_officer"
REGISTRAR = "registrar"
BILLING_OFFICER = "billing_officer"
QA_OFFICER = "qa_officer"
ADMINISTRATOR = "administrator"

STAFF_ROLES = (SUPPORT, REGISTRATION_OFFICER, REGISTRAR, BILLING_OFFICER, QA_OFFICER, ADMINISTRATOR)
# A delegate holds no role of the account acted for: the token tells which account and which pages (B11).
DELEGATE = "delegate"
ALL_ROLES = (APPLICANT, REGISTRANT, DELEGATE, *STAFF_ROLES)

APPLICANTS: Access = roles(APPLICANT)
REGISTRANTS: Access = roles(REGISTRANT)
STAFF: Access = roles(*STAFF_ROLES)
REVIEWERS: Access = roles(REGISTRATION_OFFICER, REGISTRAR)
DECIDERS: Access = roles(REGISTRAR)
BILLING: Access = roles(BILLING_OFFICER, REGISTRAR)
PAYERS: Access = roles(APPLICANT, REGISTRANT)
SUPPORTERS: Access = roles(SUPPORT, REGISTRATION_OFFICER, REGISTRAR, ADMINISTRATOR)
# Who may read what the college wrote to somebody: those who answer people, not who looks after accounts and the system.
LETTER_READERS: Access = roles(SUPPORT, REGISTRATION_OFFICER, REGISTRAR)
OPERATORS: Access = roles(SUPPORT, REGISTRAR, ADMINISTRATOR)
ADMINISTRATORS: Access = roles(ADMINISTRATOR)
# Who may write to everybody on the mailing list (F65).
MAILERS: Access = roles(REGISTRAR, ADMINISTRATOR)
# Who may look into the audit trail and check it (B8), and who may decide what is kept of people (R15).
AUDITORS: Access = roles(REGISTRAR, ADMINISTRATOR)
# Who of the operators may also see what a dead letter says of people.
DATA_READERS: Access = roles(REGISTRAR)

# What a program may be let into: hospitals and insurers check registrants.
REGISTER_READ = "register:read"
SCOPES = (REGISTER_READ,)
