"""The words of forms: labels, hints, choices, what is said of faults, and the names of the pages that help."""

from services.common.text import Text

FORMS = {
    "fault_in_title": Text("Error:", "Erreur :"),
    "faults_title": Text("Something needs to be corrected", "Il y a quelque chose à corriger"),
    "fault_of": Text("{label}: {fault}", "{label} : {fault}"),
    "optional": Text("(optional)", "(facultatif)"),
    "see": Text("If this does not help", "Si cela n’aide pas"),
    # pages that help
    "to_portal": Text("Sign in", "Se connecter"),
    "to_sign_in_help": Text("Help with signing in", "Aide à la connexion"),
    "to_forgotten_password": Text("I have forgotten my password", "J’ai oublié mon mot de passe"),
    "to_forgotten_id": Text("I have forgotten my application ID", "J’ai oublié mon identifiant de demande"),
    "to_activation_mail": Text("I need a new activation link", "Il me faut un nouveau lien d’activation"),
    "to_unlock_help": Text("I have to wait between tries to sign in", "Je dois attendre entre les essais de connexion"),
    "to_lost_access": Text(
        "I have lost my e-mail address or my second factor", "Je n’ai plus accès à mon adresse courriel ou à mon second facteur"
    ),
    # fields
    "label_email": Text("E-mail address", "Adresse courriel"),
    "hint_email": Text("The one that your account has.", "Celle de votre compte."),
    "label_application_id": Text("Application ID", "Identifiant de demande"),
    "hint_application_id": Text(
        "If you have one. It is in the e-mail that you got when you opened your account.",
        "Si vous en avez un. Il figure dans le courriel reçu à l’ouverture de votre compte.",
    ),
    "label_login": Text("Application ID or e-mail address", "Identifiant de demande ou adresse courriel"),
    "hint_login": Text("What you sign in with.", "Ce avec quoi vous vous connectez."),
    "label_new_password": Text("New password", "Nouveau mot de passe"),
    "hint_new_password": Text(
        "At least {shortest} characters, and not a common password. A sentence works well. You can paste it from a password manager.",
        "Au moins {shortest} caractères, et non un mot de passe courant. Une phrase convient bien. "
        "Vous pouvez le coller à partir d’un gestionnaire de mots de passe.",
    ),
    "label_kind": Text("What have you lost?", "Qu’avez-vous perdu?"),
    "choice_lost_email": Text(
        "Access to my e-mail address, or I do not know which one I gave",
        "L’accès à mon adresse courriel, ou je ne sais plus laquelle j’ai donnée",
    ),
    "choice_lost_second_factor": Text(
        "My second factor (authenticator app, passkey) and my recovery codes",
        "Mon second facteur (application d’authentification, clé d’accès) et mes codes de récupération",
    ),
    "label_contact_email": Text("E-mail address at which we can answer you", "Adresse courriel où nous pouvons vous répondre"),
    "hint_contact_email": Text(
        "If you have lost your e-mail address, this one becomes your account’s once we know that it is you.",
        "Si vous avez perdu votre adresse courriel, celle-ci deviendra celle de votre compte une fois votre identité confirmée.",
    ),
    "label_legal_name": Text("Full legal name", "Nom légal complet"),
    "label_date_of_birth": Text("Date of birth", "Date de naissance"),
    "hint_date_of_birth": Text("Year, month and day, such as 1985-03-27.", "Année, mois et jour, par exemple 1985-03-27."),
    "label_registration_number": Text("Registration number", "Numéro d’inscription"),
    "label_former_email": Text("A former e-mail address", "Une ancienne adresse courriel"),
    "label_phone": Text("Telephone number", "Numéro de téléphone"),
    "label_postal_code": Text("Postal code", "Code postal"),
    "label_message": Text("Anything else that helps us", "Toute autre précision utile"),
}
