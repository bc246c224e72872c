"""What staff call the deliveries and the kinds of messages: one table for each, read wherever it is shown."""

from services.common.kernel.text import Text, Words

DELIVERY_STATES: Words = {
    "waiting": Text("Waiting", "En attente"),
    "sent": Text("Sent", "Envoyé"),
    "retrying": Text("Trying again", "Nouvel essai prévu"),
    "bounced": Text("Address refused (undeliverable)", "Adresse refusée (non livrable)"),
    "given_up": Text("Given up", "Abandonné"),
}
# One that only a college's profile knows is told by its code.
MESSAGE_KINDS: Words = {
    "access_request_received": Text("Access request received", "Demande d’accès reçue"),
    "access_request_refused": Text("Access request refused", "Demande d’accès refusée"),
    "account_activation": Text("Account activation", "Activation du compte"),
    "account_exists": Text("Account exists already", "Compte déjà ouvert"),
    "account_id_reminder": Text("Reminder of the application ID", "Rappel de l’identifiant de demande"),
    "account_invitation": Text("Invitation of a migrated account", "Invitation d’un compte repris"),
    "application_approved_with_conditions": Text("Approval with conditions", "Approbation avec conditions"),
    "application_complete": Text("Application complete", "Demande complète"),
    "application_lapsed": Text("Application lapsed", "Demande caduque"),
    "application_refused": Text("Refusal", "Refus"),
    "application_submitted": Text("Application submitted", "Demande soumise"),
    "application_withdrawn": Text("Application withdrawn", "Demande retirée"),
    "certificate_held": Text("Certificate waits for a font", "Certificat en attente d’une police"),
    "delegate_invitation": Text("Invitation of a delegate", "Invitation d’une personne déléguée"),
    "delegation_accepted": Text("Delegation accepted", "Délégation acceptée"),
    "delegation_ended": Text("Delegation ended", "Délégation terminée"),
    "document_not_accepted": Text("Document not accepted", "Document refusé"),
    "document_received": Text("Document received", "Document reçu"),
    "email_change_notice": Text("Notice of a change of email address", "Avis de changement d’adresse courriel"),
    "email_changed": Text("Email address changed", "Adresse courriel modifiée"),
    "email_confirmation": Text("Confirmation of an email address", "Confirmation d’une adresse courriel"),
    "information_received": Text("Information received", "Renseignements reçus"),
    "mailing_list_confirmation": Text("Confirmation of a subscription", "Confirmation d’un abonnement"),
    "mailing_list_mailing": Text("Mailing", "Envoi à la liste"),
    "more_information_requested": Text("More information requested", "Renseignements demandés"),
    "password_changed": Text("Password changed", "Mot de passe modifié"),
    "password_reset": Text("New password", "Nouveau mot de passe"),
    "payment_flagged": Text("Payment being looked into", "Paiement à l’examen"),
    "payment_receipt": Text("Receipt", "Reçu"),
    "registrant_portal_open": Text("Welcome to the register", "Bienvenue au registre"),
    "registration_invoice": Text("Invoice", "Facture"),
    "application_invoice": Text("Invoice for the application", "Facture de la demande"),
    "second_factor_changed": Text("Two-step verification changed", "Validation en deux étapes modifiée"),
    "staff_invitation": Text("Invitation of a member of staff", "Invitation d’un membre du personnel"),
    "unlock": Text("Sign in without waiting", "Connexion sans attente"),
}
