"""The words of the pages that mailed links lead to."""

from services.common.text import Text

MAILED_LINKS = {
    "link_incomplete_title": Text("This link is not complete", "Ce lien est incomplet"),
    "link_incomplete": Text(
        "Open the link in the e-mail again, or copy all of it into the address bar.",
        "Ouvrez de nouveau le lien reçu par courriel, ou copiez-le en entier dans la barre d’adresse.",
    ),
    "link_over_next": Text("This is where you get a new one:", "Pour en obtenir un nouveau :"),
    "told_application_id": Text("Your application ID is:", "Votre identifiant de demande est :"),
    "told_email": Text("You now sign in with:", "Vous vous connectez désormais avec :"),
    # activation
    "activate_title": Text("Activate your account", "Activez votre compte"),
    "activate_intro": Text(
        "Press the button to confirm that this e-mail address is yours. The link works once.",
        "Appuyez sur le bouton pour confirmer que cette adresse courriel est la vôtre. Le lien ne sert qu’une fois.",
    ),
    "activate_button": Text("Activate my account", "Activer mon compte"),
    "activate_done_title": Text("Your account is active", "Votre compte est activé"),
    "activate_done": Text(
        "You can now sign in with this ID or your e-mail address, and your password.",
        "Vous pouvez maintenant vous connecter avec cet identifiant ou votre adresse courriel, et votre mot de passe.",
    ),
    # a new password
    "reset_password_title": Text("Choose a new password", "Choisissez un nouveau mot de passe"),
    "reset_password_intro": Text(
        "The link works once. With the new password, every device that is signed in to your account is signed out.",
        "Le lien ne sert qu’une fois. Avec le nouveau mot de passe, tous les appareils en session dans votre compte sont déconnectés.",
    ),
    "reset_password_button": Text("Save the new password", "Enregistrer le nouveau mot de passe"),
    "reset_password_done_title": Text("Your password was changed", "Votre mot de passe a été modifié"),
    "reset_password_done": Text("You can now sign in with it.", "Vous pouvez maintenant vous connecter avec celui-ci."),
    # an end of waiting
    "unlock_title": Text("Sign in again without waiting", "Reconnectez-vous sans attendre"),
    "unlock_intro": Text(
        "After several failed tries, each further one has to wait a little. Press the button to end the waiting. The link works once.",
        "Après plusieurs essais infructueux, chaque nouvel essai doit attendre un peu. Appuyez sur le bouton pour mettre fin à l’attente. "
        "Le lien ne sert qu’une fois.",
    ),
    "unlock_button": Text("End the waiting", "Mettre fin à l’attente"),
    "unlock_done_title": Text("You need not wait any more", "Vous n’avez plus à attendre"),
    "unlock_done": Text(
        "You can sign in now. If you are not sure of your password, choose a new one first.",
        "Vous pouvez vous connecter maintenant. Si vous doutez de votre mot de passe, choisissez-en d’abord un nouveau.",
    ),
    # a new address
    "confirm_email_title": Text("Confirm your new e-mail address", "Confirmez votre nouvelle adresse courriel"),
    "confirm_email_intro": Text(
        "Press the button to use this e-mail address for your account from here on. The link works once.",
        "Appuyez sur le bouton pour utiliser désormais cette adresse courriel pour votre compte. Le lien ne sert qu’une fois.",
    ),
    "confirm_email_button": Text("Use this address", "Utiliser cette adresse"),
    "confirm_email_done_title": Text("Your e-mail address was changed", "Votre adresse courriel a été modifiée"),
    "confirm_email_done": Text(
        "Our messages come to it from now on. We have told your earlier address.",
        "Nos messages y seront désormais envoyés. Nous en avons avisé votre ancienne adresse.",
    ),
    # a delegate's invitation
    "delegation_title": Text("Help someone with their account", "Aider quelqu’un avec son compte"),
    "delegation_intro": Text(
        "You are invited to work on some pages of another person’s account. You do so with an account of your own, and never with "
        "their password. Looking at this page accepts nothing, and the link goes on working.",
        "Vous êtes invité ou invitée à remplir certaines pages du compte d’une autre personne. Vous le faites à partir de votre propre "
        "compte, jamais avec son mot de passe. Consulter cette page n’accepte rien, et le lien reste valide.",
    ),
    "delegation_account": Text(
        "If you have no account with the college, open one first; you need not apply for anything.",
        "Si vous n’avez pas de compte auprès de l’ordre, ouvrez-en d’abord un; vous n’avez pas à présenter de demande.",
    ),
    "delegation_sign_in": Text("Sign in with your own account:", "Connectez-vous à votre propre compte :"),
    "delegation_accept": Text(
        "Then open the link in the e-mail again and accept the invitation. Keep the e-mail until you have.",
        "Ouvrez ensuite de nouveau le lien reçu par courriel et acceptez l’invitation. Conservez le courriel jusque-là.",
    ),
    "delegation_unwanted": Text(
        "If you do not know who invites you, do nothing: the invitation ends by itself.",
        "Si vous ne savez pas qui vous invite, ne faites rien : l’invitation prendra fin d’elle-même.",
    ),
}
