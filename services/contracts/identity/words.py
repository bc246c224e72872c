"""What people call roles, second steps, delegations and requests for access: one table for each kind, read wherever it is shown."""

from services.common.kernel.text import Text, Words
from services.contracts import roles

ROLES: Words = {
    roles.APPLICANT: Text("Applicant", "Personne candidate"),
    roles.REGISTRANT: Text("Registrant", "Personne inscrite"),
    roles.DELEGATE: Text("Delegate", "Personne déléguée"),
    roles.SUPPORT: Text("Support", "Soutien"),
    roles.REGISTRATION_OFFICER: Text("Registration officer", "Agent ou agente d’inscription"),
    roles.REGISTRAR: Text("Registrar", "Registraire"),
    roles.BILLING_OFFICER: Text("Billing officer", "Agent ou agente de facturation"),
    roles.QA_OFFICER: Text("Quality assurance officer", "Agent ou agente d’assurance de la qualité"),
    roles.ADMINISTRATOR: Text("Administrator", "Administrateur ou administratrice"),
}
LANGUAGES: Words = {"en": Text("English", "Anglais"), "fr": Text("French", "Français")}
FACTOR_KINDS: Words = {
    "totp": Text("Authenticator app", "Application d’authentification"),
    "passkey": Text("Passkey", "Clé d’accès"),
}
DELEGATION_STATES: Words = {
    "invited": Text("Invited", "Invitation envoyée"),
    "active": Text("Active", "Active"),
    "ended": Text("Ended", "Terminée"),
}
REQUEST_STATES: Words = {
    "open": Text("Open", "Ouverte"),
    "proposed": Text("Proposed", "Proposée"),
    "approved": Text("Approved", "Approuvée"),
    "refused": Text("Refused", "Refusée"),
}
REQUEST_KINDS: Words = {
    "lost_email": Text("Lost email address", "Adresse courriel perdue"),
    "lost_second_factor": Text("Lost second step", "Deuxième étape perdue"),
}
# The same, as the person who asks would say it.
REQUEST_KINDS_FOR_YOU: Words = {
    "lost_email": Text(
        "Access to my email address, or I do not know which one I gave",
        "L’accès à mon adresse courriel, ou je ne sais plus laquelle j’ai donnée",
    ),
    "lost_second_factor": Text(
        "My second step (authenticator app, passkey) and my recovery codes",
        "Ma deuxième étape (application d’authentification, clé d’accès) et mes codes de récupération",
    ),
}
FACTS: Words = {
    "legal_name": Text("Legal name", "Nom légal"),
    "date_of_birth": Text("Date of birth", "Date de naissance"),
    "application_id": Text("Application ID", "Identifiant de demande"),
    "registration_number": Text("Registration number", "Numéro d’inscription"),
    "former_email": Text("Former email address", "Ancienne adresse courriel"),
    "phone": Text("Telephone number", "Numéro de téléphone"),
    "postal_code": Text("Postal code", "Code postal"),
    "government_id": Text("Identity document", "Pièce d’identité"),
    "call_back": Text("Call to the number on file", "Appel au numéro au dossier"),
}
RESULTS: Words = {
    "matches": Text("Matches", "Correspond"),
    "differs": Text("Differs", "Diffère"),
    "not_on_file": Text("Not on file", "Pas au dossier"),
}
# Why a person of an earlier system was not taken over.
IMPORT_REFUSALS: Words = {
    "address_taken": Text("The address has an account", "L’adresse a déjà un compte"),
    "application_id_taken": Text("The ID belongs to somebody else", "L’identifiant appartient à une autre personne"),
    "application_id_invalid": Text("The ID cannot be used to sign in", "L’identifiant ne peut servir à la connexion"),
}
