"""The words of the pages for getting in again. What they say once a form was sent is the same whether or not there is an account."""

from services.common.text import Text

RECOVERY = {
    # a forgotten password
    "forgotten_password_title": Text("Have you forgotten your password?", "Avez-vous oublié votre mot de passe?"),
    "forgotten_password_intro": Text(
        "We send you an e-mail with a link to choose a new one. Until you use the link, your password stays as it is.",
        "Nous vous enverrons un courriel contenant un lien pour en choisir un nouveau. Tant que vous n’utilisez pas le lien, votre mot "
        "de passe reste le même.",
    ),
    "forgotten_password_button": Text("Send me a link", "Envoyez-moi un lien"),
    "forgotten_password_done_title": Text("Look for our e-mail", "Surveillez vos courriels"),
    "forgotten_password_done": Text(
        "If there is an account for what you gave us, an e-mail with a link is on its way. It works once and not for long; a newer link "
        "replaces an older one. If nothing comes within a few minutes, this page says where to look:",
        "Si un compte correspond à vos renseignements, un courriel contenant un lien est en route. Le lien ne sert qu’une fois, pendant "
        "peu de temps; un lien plus récent remplace le précédent. Si vous ne recevez rien d’ici quelques minutes, cette page indique "
        "où chercher :",
    ),
    # a forgotten ID
    "forgotten_id_title": Text("Have you forgotten your application ID?", "Avez-vous oublié votre identifiant de demande?"),
    "forgotten_id_intro": Text(
        "We send it to your e-mail address. You can also sign in with that address instead of the ID.",
        "Nous l’enverrons à votre adresse courriel. Vous pouvez aussi vous connecter avec cette adresse au lieu de l’identifiant.",
    ),
    "forgotten_id_button": Text("Send me my ID", "Envoyez-moi mon identifiant"),
    "forgotten_id_done_title": Text("Look for our e-mail", "Surveillez vos courriels"),
    "forgotten_id_done": Text(
        "If there is an account with this address, its ID is on its way to you. If nothing comes within a few minutes, this page says "
        "where to look:",
        "Si un compte a cette adresse, son identifiant est en route. Si vous ne recevez rien d’ici quelques minutes, cette page indique "
        "où chercher :",
    ),
    # a new activation link
    "activation_mail_title": Text("Get the activation e-mail again", "Recevoir de nouveau le courriel d’activation"),
    "activation_mail_intro": Text(
        "We send your application ID again, with a new link if your account is not active yet. Older links then stop working.",
        "Nous vous enverrons de nouveau votre identifiant de demande, avec un nouveau lien si votre compte n’est pas encore activé. Les "
        "liens précédents ne fonctionneront plus.",
    ),
    "activation_mail_button": Text("Send it again", "Renvoyer le courriel"),
    "activation_mail_done_title": Text("Look for our e-mail", "Surveillez vos courriels"),
    "activation_mail_done": Text(
        "If there is an account with this address, an e-mail is on its way. If nothing comes within a few minutes, this page says where "
        "to look:",
        "Si un compte a cette adresse, un courriel est en route. Si vous ne recevez rien d’ici quelques minutes, cette page indique où "
        "chercher :",
    ),
    # an end of waiting
    "unlock_help_title": Text("Do you have to wait to sign in?", "Devez-vous attendre avant de vous connecter?"),
    "unlock_help_intro": Text(
        "After several failed tries, each further one has to wait a little, at most a minute; nothing is ever locked. If you do not want "
        "to wait, we send you an e-mail with a link that ends it.",
        "Après plusieurs essais infructueux, chaque nouvel essai doit attendre un peu, au plus une minute; rien n’est jamais verrouillé. "
        "Si vous ne voulez pas attendre, nous vous enverrons un courriel contenant un lien qui met fin à l’attente.",
    ),
    "unlock_help_button": Text("Send me a link", "Envoyez-moi un lien"),
    "unlock_help_done_title": Text("Look for our e-mail", "Surveillez vos courriels"),
    "unlock_help_done": Text(
        "If sign-ins to an account with this ID or address have to wait, an e-mail with a link is on its way. If nothing comes within a "
        "few minutes, this page says where to look:",
        "Si la connexion à un compte ayant cet identifiant ou cette adresse est ralentie, un courriel contenant un lien est en route. "
        "Si vous ne recevez rien d’ici quelques minutes, cette page indique où chercher :",
    ),
    # lost access
    "lost_access_title": Text("Ask our support for a way back in", "Demandez l’aide de notre soutien pour vous reconnecter"),
    "lost_access_intro": Text(
        "A member of our staff compares what you tell us with our records, and may call you. The more you can tell us, the sooner we know "
        "that it is you. Never send us a password or a code.",
        "Un membre de notre personnel comparera vos renseignements avec nos dossiers et pourrait vous téléphoner. Plus vous nous en "
        "donnez, plus vite nous pourrons confirmer votre identité. Ne nous envoyez jamais de mot de passe ni de code.",
    ),
    "lost_access_button": Text("Send my request", "Envoyer ma demande"),
    "lost_access_done_title": Text("We have your request", "Nous avons reçu votre demande"),
    "told_reference": Text("Its reference is:", "Sa référence est :"),
    "lost_access_done": Text(
        "We have sent a confirmation to the address you gave, and will answer you there. Name the reference if you ask about it.",
        "Nous avons envoyé une confirmation à l’adresse indiquée et vous y répondrons. Mentionnez la référence si vous nous écrivez à "
        "ce sujet.",
    ),
}
