"""All our words in both languages, by code; those for the contracts' codes come from the contracts, under a prefix such as `state.`."""

from services.common.kernel.text import Text
from staff.terminal.account_texts import ACCOUNT_TEXTS
from staff.terminal.contract_words import CONTRACT_WORDS

TEXTS = {
    # How a run is described and how it ends
    "usage": Text("Usage:", "Utilisation :"),
    "examples": Text("Examples", "Exemples "),
    "options": Text("Options", "Options "),
    "commands": Text("Commands", "Commandes "),
    "command-and-arguments": Text("COMMAND [ARGUMENTS]…", "COMMANDE [ARGUMENTS]…"),
    "colon": Text(":", " :"),
    "see-help": Text("Add --help to see how it is used.", "Ajoutez --help pour le mode d’emploi."),
    "no-such-option": Text("There is no option {name}.", "L’option {name} n’existe pas."),
    "no-such-command": Text("There is no command {name}.", "La commande {name} n’existe pas."),
    "missing": Text("{name} is missing.", "{name} est requis."),
    "option-misused": Text("The option {name} is not used as it should be.", "L’option {name} est mal employée."),
    "not-a-choice": Text("{name} takes one of these: {choices}.", "{name} accepte une de ces valeurs : {choices}."),
    "wrong-value": Text("{name} does not take this value.", "{name} n’accepte pas cette valeur."),
    "too-many": Text("There are arguments that do not belong here.", "Il y a des arguments de trop."),
    "not-reachable": Text(
        "The system cannot be reached at {system}. Nothing was done. Check the address and your network, then try again.",
        "Le système est inaccessible à l’adresse {system}. Rien n’a été fait. Vérifiez l’adresse et votre réseau, puis réessayez.",
    ),
    "plaintext": Text(
        "The broker’s address leads over a network without encryption: begin it with amqps. If nobody can listen there, name its host in "
        "PLAINTEXT_HOSTS.",
        "L’adresse du courtier passe par un réseau sans chiffrement\u00a0: commencez-la par amqps. Si personne ne peut y écouter, nommez son "
        "hôte dans PLAINTEXT_HOSTS.",
    ),
    "no-address": Text(
        "Say where the broker is: set AMQP_URI, or give --amqp-uri amqp://user:password@host:5672/vhost.",
        "Indiquez où se trouve le courtier : définissez AMQP_URI, ou donnez --amqp-uri amqp://utilisateur:motdepasse@hôte:5672/vhost.",
    ),
    "not-private": Text(
        "Others can read your session file {path}. Remove it and sign in again; if others use this machine, tell the administrator.",
        "D’autres personnes peuvent lire votre fichier de session {path}. Supprimez-le et reconnectez-vous; si d’autres utilisent cet "
        "ordinateur, avisez l’administrateur.",
    ),
    "outcome-unknown": Text(
        "It may or may not have been done. Look before you repeat it.",
        "L’opération a peut-être été faite. Vérifiez avant de la répéter.",
    ),
    "nothing-done": Text("Nothing was done.", "Rien n’a été fait."),
    "yes-or-no": Text("[y/N]", "[o/N]"),
    "yes": Text("Yes", "Oui"),
    "no": Text("No", "Non"),
    "more": Text("There is more: add --cursor {cursor}", "Il y en a d’autres : ajoutez --cursor {cursor}"),
    # Signing in
    "how-to-sign-in": Text(
        "To sign in: python -m staff sign-in LOGIN", "Pour vous connecter : python -m staff sign-in IDENTIFIANT"
    ),
    "password": Text("Password", "Mot de passe"),
    "no-password": Text("No password came on standard input.", "Aucun mot de passe n’a été reçu sur l’entrée standard."),
    "signed-in": Text("You are signed in as {email}.", "Vous êtes connecté(e) sous {email}."),
    "no-staff-role": Text(
        "This account has no staff role: most commands will be refused.",
        "Ce compte n’a aucun rôle du personnel : la plupart des commandes seront refusées.",
    ),
    "app-code": Text("Code of the authenticator app", "Code de l’application d’authentification"),
    "code-or-recovery": Text(
        "Code of the authenticator app (or a recovery code)", "Code de l’application d’authentification (ou code de récupération)"
    ),
    "passkey-only": Text(
        "Your second step is a passkey, which needs a browser. Sign in there and add an authenticator app.",
        "Votre deuxième étape est une clé d’accès, qui demande un navigateur. Connectez-vous-y et ajoutez une application "
        "d’authentification.",
    ),
    "step-up": Text(
        "This is sensitive: please show once more that it is you.",
        "Cette opération est délicate : montrez de nouveau que c’est bien vous.",
    ),
    "enrolment-needed": Text(
        "Staff must use two-step verification: run second-factor enrol. Until then your staff roles do not count.",
        "Le personnel doit utiliser la validation en deux étapes : exécutez second-factor enrol. "
        "D’ici là, vos rôles du personnel ne comptent pas.",
    ),
    "totp-key": Text(
        "Point your authenticator app at the picture, or put this key into it: {key}\n{address}",
        "Pointez votre application d’authentification vers l’image, ou entrez-y cette clé : {key}\n{address}",
    ),
    "factor-added": Text("The authenticator app was added.", "L’application d’authentification a été ajoutée."),
    "factor-removed": Text("The method was removed.", "Le moyen a été retiré."),
    "recovery-codes": Text(
        "Keep these recovery codes; they are shown only now, and each works once:",
        "Conservez ces codes de récupération; ils ne sont affichés que maintenant, et chacun sert une fois :",
    ),
    "codes-left": Text("Recovery codes left: {count}", "Codes de récupération restants : {count}"),
    "factor-id": Text("ID", "ID"),
    "factor-kind": Text("Kind", "Type"),
    "factor-name": Text("Name", "Nom"),
    "factor-used": Text("Last used", "Dernière utilisation"),
    "session-id": Text("ID", "ID"),
    "session-since": Text("Since", "Depuis"),
    "session-device": Text("Device", "Appareil"),
    "session-address": Text("Address", "Adresse"),
    "session-current": Text("This one", "Celle-ci"),
    "session-ended": Text("The session was ended.", "La session a pris fin."),
    "sessions-ended": Text("Sessions ended: {count}", "Sessions terminées : {count}"),
    "audit-position": Text("Position", "Position"),
    "audit-at": Text("When", "Quand"),
    "audit-actor": Text("Who", "Qui"),
    "audit-action": Text("Action", "Action"),
    "audit-subject": Text("What", "Quoi"),
    "audit-whole": Text("{service}: whole, up to entry {position}", "{service} : intacte, jusqu’à l’entrée {position}"),
    "audit-broken": Text("{service}: BROKEN at entry {broken}: {fault}", "{service} : ROMPUE à l’entrée {broken} : {fault}"),
    "heads-unreadable": Text("{path} is not a file of kept ends.", "{path} n’est pas un fichier de fins conservées."),
    "export-incomplete": Text(
        "{service} does not answer: nothing was written. Try again in a moment.",
        "{service} ne répond pas : rien n’a été écrit. Réessayez dans un instant.",
    ),
    "exported": Text(
        "{count} kinds of records were written to {path}.", "{count} types de renseignements ont été écrits dans {path}."
    ),
    "retention-service": Text("Service", "Service"),
    "retention-type": Text("Records", "Renseignements"),
    "retention-kept": Text("Kept for", "Conservés"),
    "retention-due": Text("Past their time", "Échus"),
    "signed-out": Text("You are signed out.", "Votre session est terminée."),
    "was-signed-out": Text("You were not signed in.", "Vous n’étiez pas connecté(e)."),
    "roles": Text("Roles", "Rôles"),
    "language": Text("Language", "Langue"),
    "email": Text("E-mail", "Courriel"),
    "name": Text("Name", "Nom"),
    "account": Text("Account", "Compte"),
    # Applications
    "reference": Text("Reference", "Référence"),
    "applicant": Text("Applicant", "Candidat ou candidate"),
    "category": Text("Category", "Catégorie"),
    "route": Text("Route", "Voie"),
    "state": Text("State", "État"),
    "submitted": Text("Submitted", "Soumise le"),
    "decided": Text("Decided", "Décidée le"),
    "acts-next": Text("Who acts next", "Qui doit agir"),
    "payment": Text("Payment", "Paiement"),
    "invoice": Text("Invoice", "Facture"),
    "fee": Text("Application fee", "Droits de demande"),
    "fee-invoice": Text("Invoice of the application fee", "Facture des droits de demande"),
    "adjustment": Text("What", "Quoi"),
    "adjustment-id": Text("ID", "Identifiant"),
    "clock-began": Text("Counted from", "Court depuis"),
    "clock-last-day": Text("Last day", "Dernier jour"),
    "clock-late": Text("late", "en retard"),
    "clock-paused": Text("paused", "suspendu"),
    "clock-runs": Text("{days} days left", "{days} jours restants"),
    "clock-state": Text("Clock", "Délai"),
    "days": Text("Days", "Jours"),
    "from-when": Text("From", "Du"),
    "no-clock": Text("No time limit is running.", "Aucun délai ne court."),
    "until": Text("Until", "Jusqu’au"),
    "version": Text("Version", "Version"),
    "application-number": Text("Application ID", "Identifiant de demande"),
    "condition": Text("Condition", "Condition"),
    "condition.en": Text("Condition in English", "Condition en anglais"),
    "condition.fr": Text("Condition in French", "Condition en français"),
    "missing.en": Text("the English text is missing", "le texte anglais manque"),
    "missing.fr": Text("the French text is missing", "le texte français manque"),
    "reads": Text("Write to the applicant in", "Écrire à la personne candidate en"),
    "reads.en": Text("The applicant reads English.", "La personne candidate lit l’anglais."),
    "reads.fr": Text("The applicant reads French.", "La personne candidate lit le français."),
    "reasons": Text("Reasons", "Motifs"),
    "answers": Text("Answers", "Réponses"),
    "no-longer-asked": Text("No longer asked on the form", "Ne figure plus au formulaire"),
    "requirements": Text("Requirements", "Exigences"),
    "requirement": Text("Requirement", "Exigence"),
    "code": Text("Code", "Code"),
    "from": Text("From", "De"),
    "reason": Text("Reason", "Motif"),
    "documents": Text("Documents", "Documents"),
    "document-number": Text("Document ID", "Identifiant du document"),
    "file": Text("File", "Fichier"),
    "size": Text("Size", "Taille"),
    "kilobytes": Text("{number} KB", "{number} Ko"),
    "received": Text("Received", "Reçu le"),
    "no-documents": Text("No document has been received.", "Aucun document n’a été reçu."),
    "asked-for": Text("Asked for and not answered yet", "Demandé, en attente de réponse"),
    "notes": Text("Notes", "Notes"),
    "note": Text("Note", "Note"),
    "no-notes": Text("Nobody has written a note.", "Personne n’a écrit de note."),
    "note-added": Text("The note was added to {reference}.", "La note a été ajoutée à {reference}."),
    "timeline": Text("Timeline", "Chronologie"),
    "when": Text("When", "Quand"),
    "by": Text("By", "Par"),
    "what": Text("What", "Quoi"),
    "possible-steps": Text("Possible now", "Possible maintenant"),
    "no-steps": Text("nothing by you", "rien de votre part"),
    "queue-empty": Text("There are no applications yet.", "Il n’y a encore aucune demande."),
    "queue-not-found": Text(
        "There is no such application. Look for the applicant’s name, a reference or its number, a registration number, "
        "or a whole email address.",
        "Aucune demande ne correspond. Cherchez par le nom de la personne candidate, le numéro de référence ou ses chiffres, "
        "le numéro d’inscription ou l’adresse courriel complète.",
    ),
    "queue-nearly": Text(
        "None of these applicants has exactly this name; theirs is similar.",
        "Aucune de ces personnes ne porte exactement ce nom; le leur est semblable.",
    ),
    "queue-empty-state": Text(
        "No application is in the state “{state}”: nothing waits here.",
        "Aucune demande n’est à l’état « {state} » : rien n’est en attente ici.",
    ),
    "confirm-approve": Text("Approve {reference}, {name}?", "Approuver {reference}, {name}?"),
    "confirm-conditions": Text(
        "Approve {reference}, {name}, with {count} condition(s)?",
        "Approuver {reference}, {name}, avec {count} condition(s)?",
    ),
    "confirm-refuse": Text("Refuse {reference}, {name}?", "Refuser {reference}, {name}?"),
    "confirm-refer": Text(
        "Refer {reference}, {name}, to the Registration Committee?",
        "Renvoyer {reference}, {name}, au comité d’inscription?",
    ),
    "nameless": Text("no name yet", "sans nom"),
    "say-why": Text('{name} is written code="why".', '{name} s’écrit code="pourquoi".'),
    "ask-for-something": Text(
        "Say what you ask for, with --field or --requirement.",
        "Dites ce que vous demandez, avec --field ou --requirement.",
    ),
    "needs-yes": Text(
        "Reasons from standard input leave no way to ask you: add --yes.",
        "Quand les motifs viennent de l’entrée standard, la confirmation est impossible : ajoutez --yes.",
    ),
    "no-reasons": Text("No reasons came on standard input.", "Aucun motif n’a été reçu sur l’entrée standard."),
    "came-between": Text("What came since that version:", "Ce qui est arrivé depuis cette version :"),
    "decide-again": Text(
        "Nothing was done. Look at the application, then decide again: it is at version {version} now.",
        "Rien n’a été fait. Consultez la demande, puis décidez de nouveau : elle est maintenant à la version {version}.",
    ),
    # Payments
    "payment-number": Text("Payment ID", "Identifiant du paiement"),
    "amount": Text("Amount", "Montant"),
    "paid": Text("Paid", "Payé le"),
    "method": Text("Method", "Mode"),
    "receipt": Text("Receipt", "Reçu"),
    "flag": Text("Needs a look", "À vérifier"),
    "resolved": Text("Dealt with", "Réglé"),
    "total": Text("Total", "Total"),
    "purpose": Text("Purpose", "Objet"),
    "unapplied": Text("Not applied", "Non affecté"),
    "issued": Text("Issued", "Émise le"),
    "no-payments": Text("No payment has come yet.", "Aucun paiement n’a encore été reçu."),
    "no-flagged": Text(
        "No payment needs attention: all of them fit their invoices.", "Aucun paiement à vérifier : tous concordent."
    ),
    "notice-number": Text("Notice ID", "Identifiant de l’avis"),
    "notice-type": Text("Kind", "Genre"),
    "notice-received": Text("Received", "Reçu le"),
    "notice-payment": Text("Payment at the provider", "Paiement chez le fournisseur"),
    "no-notices": Text(
        "The payment provider has told of nothing but payments.", "Le fournisseur n’a rien signalé d’autre que des paiements."
    ),
    "no-unresolved": Text("No notice needs attention.", "Aucun avis à traiter."),
    "no-unfinished": Text(
        "Everything that was paid is done: nothing to replay.",
        "Tout ce qui a été payé est terminé : rien à relancer.",
    ),
    "no-held-certificates": Text("No certificate waits for a font.", "Aucun certificat n’attend de police."),
    "certificates-tried": Text(
        "Certificates tried again: {count}. Look at “held-certificates” in a few seconds.",
        "Certificats relancés : {count}. Consultez « held-certificates » dans quelques secondes.",
    ),
    "replayed": Text(
        "The payment of {number} was announced again. Look at “unfinished” in a few seconds.",
        "Le paiement de {number} a été annoncé de nouveau. Consultez « unfinished » dans quelques secondes.",
    ),
    # Messages
    "message-number": Text("Message ID", "Identifiant du message"),
    "subject": Text("Subject", "Objet"),
    "recipient": Text("To", "À"),
    "delivery": Text("Delivery", "Livraison"),
    "message-kind": Text("Kind", "Type"),
    "delivered": Text("Delivered", "Livré"),
    "next-try": Text("Next try", "Prochain essai"),
    "sent-again": Text("Sent again", "Renvois"),
    "written": Text("Written", "Rédigé le"),
    "attempts": Text("Tries", "Essais"),
    "last-error": Text("Last error", "Dernière erreur"),
    "no-messages": Text(
        "No message fits: nothing was written, or nothing is in this state.",
        "Aucun message ne correspond à la recherche.",
    ),
    # Dead letters
    "service": Text("Service", "Service"),
    "event": Text("Event", "Événement"),
    "tries": Text("Tries", "Essais"),
    "parked": Text("Set aside", "Mis de côté le"),
    "handler": Text("Waited in", "En attente dans"),
    "announced-by": Text("Announced by", "Annoncé par"),
    "happened": Text("Happened", "Survenu le"),
    "correlation": Text("Correlation ID", "Identifiant de corrélation"),
    "history": Text("History", "Historique"),
    "content": Text("What it says", "Contenu"),
    "content-not-for-you": Text(
        "Your roles do not let you see what the message says.", "Vos rôles ne permettent pas de voir le contenu du message."
    ),
    "replayed-here": Text("replayed by a person", "relancé par une personne"),
    "no-letters": Text(
        "Every message was handled: nothing waits here.", "Tous les messages ont été traités : rien n’attend ici."
    ),
    "more-letters": Text(
        "{service} holds {parked} in all: add --service {service} --cursor {cursor}",
        "{service} en compte {parked} au total : ajoutez --service {service} --cursor {cursor}",
    ),
    "service-silent": Text(
        "{service} does not answer: what it holds is not shown.", "{service} ne répond pas : son contenu n’est pas affiché."
    ),
    "cursor-needs-service": Text(
        "A cursor belongs to one service: add --service.", "Un curseur vaut pour un service : ajoutez --service."
    ),
    "which-service": Text(
        "The message waits in more than one service ({services}): say which with --service.",
        "Le message attend dans plus d’un service ({services}) : précisez lequel avec --service.",
    ),
    "letter-replayed": Text(
        "{type} {id} was given to {service} again. Look at the list in a few seconds.",
        "{type} {id} a été redonné à {service}. Consultez la liste dans quelques secondes.",
    ),
    "letters-replayed": Text(
        "Replayed: {replayed}. Still set aside: {left}.", "Messages relancés : {replayed}. Encore mis de côté : {left}."
    ),
    "letter-discarded": Text("{type} {id} was removed from {service}.", "{type} {id} a été retiré de {service}."),
    "replays": Text("Replays", "Relances"),
    "next-replay": Text("Next replay", "Prochaine relance"),
    "certificate": Text("Certificate", "Certificat"),
    "registration-number": Text("Registration number", "Numéro d’inscription"),
    "letters": Text("Letters", "Caractères"),
    "held": Text("Waits since", "En attente depuis"),
    # Registrants
    "status": Text("Status", "Statut"),
    "since": Text("From", "À compter du"),
    "status-since": Text("Since", "Depuis le"),
    "first-registered": Text("First registered", "Première inscription"),
    "kind": Text("Fact", "Fait"),
    "says": Text("What it says", "Contenu"),
    "late": Text("Entered late", "Saisi après coup"),
    "source": Text("Source", "Provenance"),
    "recorded": Text("Recorded", "Consigné"),
    "superseded": Text("Superseded", "Remplacé"),
    "fact-number": Text("Fact ID", "Identifiant du fait"),
    "automatically": Text("automatically", "automatiquement"),
    "a-person": Text("a person", "une personne"),
    "public-on": Text(
        "What the public sees on {day}; nothing is saved.", "Ce que le public voit le {day}; rien n’est enregistré."
    ),
    "without-change": Text("Without the change", "Sans le changement"),
    "with-change": Text("With the change", "Avec le changement"),
    "confirm-status": Text("{name}: “{status}” from {day} on?", "{name} : « {status} » à compter du {day}?"),
    "confirm-take-back": Text("Take back “{says}” of {name}?", "Annuler « {says} » pour {name}?"),
    **ACCOUNT_TEXTS,
    **CONTRACT_WORDS,
}


def say(code: str, language: str, **values: object) -> str:
    """Gives the words of `code`, filled with `values`; raises KeyError for a code or value that is missing."""
    return TEXTS[code].format(language, **values)
