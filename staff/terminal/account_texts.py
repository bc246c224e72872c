"""Our words about accounts in both languages: requests for a way back in, the staff, programs, people of an earlier system, legal holds."""

from services.common.kernel.text import Text

ACCOUNT_TEXTS = {
    # Accounts and the staff
    "account-id": Text("Account ID", "Identifiant du compte"),
    "opened": Text("Opened", "Ouvert le"),
    "activated": Text("Activated", "Activé le"),
    "second-factor": Text("Second step", "Deuxième étape"),
    "suspended": Text("Suspended", "Suspendu le"),
    "no-accounts": Text("No account fits.", "Aucun compte ne correspond."),
    "confirm-suspend": Text("Suspend the account {account}?", "Suspendre le compte {account}?"),
    "roles-or-none": Text("Give --role, or --no-role for none at all.", "Donnez --role, ou --no-role pour n’en laisser aucun."),
    # Requests for a way back in
    "lost": Text("What was lost", "Ce qui est perdu"),
    "message": Text("Message", "Message"),
    "stated": Text("What was stated", "Ce qui est déclaré"),
    "compared": Text("What was compared", "Ce qui a été comparé"),
    "fact": Text("Fact", "Fait"),
    "result": Text("Result", "Résultat"),
    "proposed-by": Text("Proposed by", "Proposée par"),
    "decided-by": Text("Decided by", "Décidée par"),
    "no-requests": Text("No request waits here.", "Aucune demande n’est en attente ici."),
    "nothing-compared": Text("Nothing was stated that could be compared.", "Rien de ce qui est déclaré ne peut être comparé."),
    "needs-second": Text(
        "A colleague must confirm this: access-requests confirm", "Une ou un collègue doit confirmer : access-requests confirm"
    ),
    "say-check": Text(
        "--check is written FACT=RESULT. Facts: {facts}. Results: {results}.",
        "--check s’écrit FAIT=RÉSULTAT. Faits : {facts}. Résultats : {results}.",
    ),
    "confirm-access": Text(
        "{reference}, {kind}: let {email} into the account {account}?",
        "{reference}, {kind} : donner à {email} accès au compte {account}?",
    ),
    "confirm-no-access": Text("Refuse {reference}, {kind}, of {email}?", "Refuser {reference}, {kind}, de {email}?"),
    # Programs
    "program": Text("Program", "Programme"),
    "program-id": Text("Program ID", "Identifiant du programme"),
    "client-id": Text("Client ID", "Identifiant du client"),
    "client-secret": Text("Secret", "Secret"),
    "scopes": Text("Scopes", "Portées"),
    "registered": Text("Registered", "Inscrit le"),
    "secret-renewed": Text("Secret since", "Secret depuis"),
    "used": Text("Last used", "Dernier emploi"),
    "revoked": Text("Revoked", "Révoqué le"),
    "no-programs": Text("No program is registered.", "Aucun programme n’est inscrit."),
    "secret-once": Text(
        "The secret is not shown again: give it to the program now.", "Le secret ne sera plus affiché : remettez-le maintenant."
    ),
    "confirm-revoke": Text("Revoke the program {program}?", "Révoquer le programme {program}?"),
    # Legal holds
    "hold-id": Text("Hold ID", "Identifiant de la suspension"),
    "placed": Text("Placed", "Imposée le"),
    "lifted": Text("Lifted", "Levée le"),
    "no-holds": Text("There is no legal hold.", "Il n’y a aucune suspension de la destruction."),
    "confirm-lift": Text("Lift the hold {hold}?", "Lever la suspension {hold}?"),
    # People of an earlier system
    "columns": Text("The first line names these columns: {columns}.", "La première ligne nomme ces colonnes : {columns}."),
    "not-csv": Text("{file} is not a CSV file in UTF-8.", "{file} n’est pas un fichier CSV en UTF-8."),
    "no-rows": Text("{file} names nobody.", "{file} ne nomme personne."),
    "wrong-line": Text(
        "Line {line} is not right ({fields}). Nothing was sent.",
        "La ligne {line} est incorrecte ({fields}). Rien n’a été envoyé.",
    ),
    "imported": Text(
        "Taken over: {imported}. Here already: {known}. Refused: {refused}.",
        "Comptes repris : {imported}. Déjà présents : {known}. Refusés : {refused}.",
    ),
    "one-or-all": Text("Say whom to invite: --account or --all.", "Dites qui inviter : --account ou --all."),
    "confirm-invite": Text("Invite {count} people by email?", "Inviter {count} personnes par courriel?"),
    "invitations-wait": Text("Invitations waiting to be written: {count}.", "Invitations en attente d’envoi : {count}."),
    "invitations.migrated": Text("taken over", "comptes repris"),
    "invitations.not_invited": Text("not invited yet", "à inviter"),
    "invitations.waiting": Text("invitation waits", "invitation en attente"),
    "invitations.invited": Text("invited", "personnes invitées"),
    "invitations.arrived": Text("have chosen a password", "ont choisi un mot de passe"),
}
