"""The words of the page that helps with signing in and with mail (F17, F19)."""

from services.common.text import Text

HELP = {
    "help_title": Text("Help with signing in", "Aide à la connexion"),
    "help_intro": Text("This is how signing in works, in three pictures:", "Voici comment se connecter, en trois images :"),
    "help_picture_mail": Text(
        "When you open an account, an e-mail brings your application ID and a link. Open the link once.",
        "À l’ouverture d’un compte, un courriel vous donne votre identifiant de demande et un lien. Ouvrez le lien une fois.",
    ),
    "help_picture_form": Text(
        "Enter your application ID or your e-mail address, and your password. Then press “Sign in”.",
        "Entrez votre identifiant de demande ou votre adresse courriel, et votre mot de passe. Appuyez ensuite sur « Se connecter ».",
    ),
    "help_picture_code": Text(
        "If you have added a second factor, enter the code that your app shows, or use your passkey.",
        "Si vous avez ajouté un second facteur, entrez le code affiché par votre application, ou utilisez votre clé d’accès.",
    ),
    "help_contents": Text("Contents", "Table des matières"),
    "help_password_title": Text("I have forgotten my password", "J’ai oublié mon mot de passe"),
    "help_password": Text(
        "Give your e-mail address and, if you have one, your application ID. We send a link with which you choose a new password. If your "
        "account comes from our earlier system, do this before you sign in for the first time.",
        "Indiquez votre adresse courriel et, si vous en avez un, votre identifiant de demande. Nous enverrons un lien qui permet de choisir "
        "un nouveau mot de passe. Si votre compte provient de notre ancien système, faites-le avant de vous connecter pour la première fois.",
    ),
    "help_id_title": Text("I have forgotten my application ID", "J’ai oublié mon identifiant de demande"),
    "help_id": Text(
        "You can sign in with your e-mail address instead. If you need the ID, we send it to you.",
        "Vous pouvez vous connecter avec votre adresse courriel. S’il vous faut l’identifiant, nous vous l’enverrons.",
    ),
    "help_activation_title": Text("My activation link has run out", "Mon lien d’activation a expiré"),
    "help_activation": Text(
        "We send the e-mail again, with a new link.", "Nous enverrons de nouveau le courriel, avec un nouveau lien."
    ),
    "help_waiting_title": Text("I have to wait between tries", "Je dois attendre entre les essais"),
    "help_waiting": Text(
        "After several failed tries, each further one has to wait a little, so that nobody can guess your password. Wait, or have a link "
        "sent to you that ends the waiting.",
        "Après plusieurs essais infructueux, chaque nouvel essai doit attendre un peu, pour que personne ne puisse deviner votre mot de "
        "passe. Attendez, ou faites-vous envoyer un lien qui met fin à l’attente.",
    ),
    "help_email_title": Text(
        "I have lost my e-mail address, or do not know which one I gave",
        "Je n’ai plus accès à mon adresse courriel, ou je ne sais plus laquelle j’ai donnée",
    ),
    "help_email": Text(
        "Ask our support. We confirm that it is you, and then change the address. As long as you can sign in, a registrant changes it in "
        "the portal.",
        "Adressez-vous à notre soutien. Nous confirmerons votre identité, puis modifierons l’adresse. Tant que vous pouvez vous connecter, "
        "en tant que personne inscrite, vous la modifiez dans le portail.",
    ),
    "help_factor_title": Text("I have lost my second factor", "J’ai perdu mon second facteur"),
    "help_factor": Text(
        "Sign in with one of the recovery codes that you kept; each works once. If you have none left, ask our support.",
        "Connectez-vous avec un des codes de récupération que vous avez conservés; chacun ne sert qu’une fois. S’il ne vous en reste aucun, "
        "adressez-vous à notre soutien.",
    ),
    "help_mail_title": Text("Our e-mail does not arrive", "Notre courriel n’arrive pas"),
    "help_mail": Text("Some places to look, and things to do:", "Quelques endroits où chercher et choses à faire :"),
    "help_mail_tabs": Text(
        "Gmail sorts e-mails into tabs: look under “Important”, “Social”, “Promotions” and “Spam” too. Other services have a “Junk” "
        "or “Other” folder.",
        "Gmail classe les courriels sous des onglets : regardez aussi sous « Important », « Réseaux sociaux », « Promotions » et « Spam ». "
        "D’autres services ont un dossier « Courrier indésirable » ou « Autres ».",
    ),
    "help_mail_search": Text(
        "Search your mailbox for “{name}” or “{other}”.", "Cherchez « {name} » ou « {other} » dans votre boîte de réception."
    ),
    "help_mail_safe": Text(
        "Add {sender} to your contacts, and @{domain} to your safe or trusted senders.",
        "Ajoutez {sender} à vos contacts, et @{domain} à vos expéditeurs sûrs ou de confiance.",
    ),
    "help_mail_address": Text(
        "The e-mail goes to the address that your account has, which may be another one than you think:",
        "Le courriel va à l’adresse de votre compte, qui n’est peut-être pas celle à laquelle vous pensez :",
    ),
    "help_mail_inbox": Text(
        "Once you can sign in, every message is also in the inbox of your portal.",
        "Une fois que vous pouvez vous connecter, chaque message se trouve aussi dans la boîte de réception de votre portail.",
    ),
}
