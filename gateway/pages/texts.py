"""The words of the pages, in both languages."""

from services.common.text import Text

TEXTS = {
    "skip": Text("Skip to the content", "Passer au contenu"),
    "other_language": Text("Français", "English"),
    "reference": Text("Reference for support: {id}", "Référence pour le soutien : {id}"),
    "questions": Text("Questions? Write to {address}.", "Des questions? Écrivez à {address}."),
    # home
    "home_title": Text("Registration services", "Services d’inscription"),
    "home_intro": Text(
        "This is the registration system of the {college}.",
        "Voici le système d’inscription de l’organisme suivant : {college}.",
    ),
    "home_website": Text("The college’s website", "Le site Web de l’ordre"),
    "home_verify": Text(
        "To verify a certificate, scan the QR code printed on it, or open the address beneath it.",
        "Pour vérifier un certificat, balayez le code QR qui y est imprimé ou ouvrez l’adresse inscrite dessous.",
    ),
    "home_docs": Text("For programs: the documentation of the API", "Pour les programmes : la documentation de l’API"),
    # activation
    "activate_title": Text("Activate your account", "Activez votre compte"),
    "activate_intro": Text(
        "Press the button to confirm that this e-mail address is yours. The link works once.",
        "Appuyez sur le bouton pour confirmer que cette adresse courriel est la vôtre. Le lien ne sert qu’une fois.",
    ),
    "activate_button": Text("Activate my account", "Activer mon compte"),
    "activate_incomplete_title": Text("This link is not complete", "Ce lien est incomplet"),
    "activate_incomplete": Text(
        "Open the link in the e-mail again, or copy all of it into the address bar.",
        "Ouvrez de nouveau le lien reçu par courriel, ou copiez-le en entier dans la barre d’adresse.",
    ),
    "activated_title": Text("Your account is active", "Votre compte est activé"),
    "activated_id": Text("Your application ID is:", "Votre identifiant de demande est :"),
    "activated_next": Text(
        "You can now sign in with this ID or your e-mail address, and your password.",
        "Vous pouvez maintenant vous connecter avec cet identifiant ou votre adresse courriel, et votre mot de passe.",
    ),
    # verification
    "verify_title": Text("This certificate is genuine", "Ce certificat est authentique"),
    "verify_intro": Text(
        "The {college} issued it. This is what the register says today.",
        "Délivré par l’organisme suivant : {college}. Voici ce que dit le registre aujourd’hui.",
    ),
    "verify_unknown_title": Text("We know no such certificate", "Nous ne connaissons pas ce certificat"),
    "verify_unknown": Text(
        "No certificate has this code. Check it against the certificate; if it is the same, the certificate may not be genuine.",
        "Aucun certificat ne porte ce code. Comparez-le avec celui du certificat; s’il est le même, le certificat n’est "
        "peut-être pas authentique.",
    ),
    "name": Text("Name", "Nom"),
    "common_name": Text("Commonly used name", "Nom d’usage"),
    "number": Text("Registration number", "Numéro d’inscription"),
    "category": Text("Category", "Catégorie"),
    "status": Text("Status", "Statut"),
    "registered_on": Text("First registered", "Première inscription"),
    "conditions": Text("Terms, conditions and limitations", "Conditions et restrictions"),
    "certificate": Text("Certificate number", "Numéro du certificat"),
    "issued_on": Text("Issued", "Délivré le"),
    # payment
    "paid_title": Text("Thank you", "Merci"),
    "paid": Text(
        "You are back from the payment page. If you completed the payment, you will get your receipt by e-mail in a moment, and "
        "your registration goes on by itself. You may close this page.",
        "Vous revenez de la page de paiement. Si vous avez effectué le paiement, vous recevrez votre reçu par courriel dans un "
        "instant, et votre inscription se poursuivra d’elle-même. Vous pouvez fermer cette page.",
    ),
    "fees_title": Text("Invoice {number}", "Facture {number}"),
    "fees": Text(
        "To see and pay this invoice, sign in to your account. An invoice is only shown to the person it was issued to.",
        "Pour voir et payer cette facture, connectez-vous à votre compte. "
        "Une facture n’est montrée qu’à la personne à qui elle est adressée.",
    ),
    "portal_title": Text("Your account", "Votre compte"),
    "portal": Text(
        "Sign in to see your application, your messages and your registration.",
        "Connectez-vous pour voir votre demande, vos messages et votre inscription.",
    ),
    # documentation
    "docs_title": Text("The API", "L’API"),
    "docs_intro": Text(
        "Every operation of the JSON API, for programmers. For programs, the same is here:",
        "Toutes les opérations de l’API JSON, pour les programmeurs (descriptions en anglais). Pour les programmes :",
    ),
    "docs_contents": Text("Contents", "Table des matières"),
    "docs_problems": Text("Problems and their codes", "Problèmes et leurs codes"),
}
