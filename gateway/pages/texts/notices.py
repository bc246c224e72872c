"""The words of the pages that only say something."""

from services.common.text import Text

NOTICES = {
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
    "docs_title": Text("The API", "L’API"),
    "docs_intro": Text(
        "Every operation of the JSON API, for programmers. For programs, the same is here:",
        "Toutes les opérations de l’API JSON, pour les programmeurs (descriptions en anglais). Pour les programmes :",
    ),
    "docs_contents": Text("Contents", "Table des matières"),
    "docs_problems": Text("Problems and their codes", "Problèmes et leurs codes"),
}
