"""The refusals that identity makes."""

from services.common.kernel.errors import Conflict, ServiceError
from services.common.kernel.text import Text


class LinkNotValid(ServiceError):
    """The link was used before, has expired, was replaced by a newer one, or never was (F18)."""

    code = "link_not_valid"
    status = 410
    title = Text("This link is no longer valid.", "Ce lien n’est plus valide.")
    detail = Text(
        "A link works once and for a limited time, and only the newest one works. Ask for a new one.",
        "Un lien ne sert qu’une fois, pendant un temps limité, et seul le plus récent fonctionne. Demandez-en un nouveau.",
    )


class SignInRefused(ServiceError):
    """The sign-in did not succeed; whether the account exists is not told."""

    code = "sign_in_refused"
    status = 401
    title = Text("We could not sign you in.", "La connexion n’a pas réussi.")
    detail = Text(
        "Check your application ID or email and your password. If the account is new, open the activation link first; if it comes from "
        "our earlier system, choose a new password first, with the link that we mail to you.",
        "Vérifiez votre identifiant de demande ou votre courriel et votre mot de passe. Si le compte est nouveau, ouvrez d’abord le lien "
        "d’activation; s’il provient de notre ancien système, choisissez d’abord un nouveau mot de passe à l’aide du lien envoyé par "
        "courriel.",
    )


class TooManyTries(ServiceError):
    """Sign-in is slowed down for this account, or for this network; nothing is locked, and a mailed link always lets the owner in."""

    code = "too_many_tries"
    status = 429
    title = Text("Please wait a moment.", "Veuillez patienter un instant.")
    detail = Text(
        "There were several failed tries. You can try again in {retry_after_s} seconds. If somebody else goes on trying, ask for the link "
        "that we mail to you: it lets you in at once, whatever others do.",
        "Il y a eu plusieurs essais infructueux. Vous pourrez réessayer dans {retry_after_s} secondes. Si quelqu’un d’autre continue "
        "d’essayer, demandez le lien envoyé par courriel : il vous donne accès tout de suite, quoi que fassent les autres.",
    )


class TooManyMails(ServiceError):
    """The address has got as many mails of this kind as one may get because others ask for them, whoever's it is."""

    code = "too_many_mails"
    status = 429
    title = Text("This address has just got several of our mails.", "Cette adresse vient de recevoir plusieurs de nos courriels.")
    detail = Text(
        "Nothing was mailed. Ask again in {minutes} minutes.",
        "Aucun courriel n’a été envoyé. Réessayez dans {minutes} minutes.",
    )


class SessionEnded(ServiceError):
    """The refresh token was used before, was revoked or has expired; every session of its family is over."""

    code = "session_ended"
    status = 401
    title = Text("Your session has ended.", "Votre session a pris fin.")
    detail = Text("Please sign in again.", "Veuillez vous reconnecter.")


class PasswordTooWeak(ServiceError):
    """The password is too short or one of the most common ones."""

    code = "password_too_weak"
    status = 422
    title = Text("Please choose another password.", "Veuillez choisir un autre mot de passe.")
    detail = Text(
        "Use at least {shortest} characters, and not a common password. A sentence works well.",
        "Utilisez au moins {shortest} caractères, et non un mot de passe courant. Une phrase convient bien.",
    )


class PasswordNamesCollege(PasswordTooWeak):
    """The password has the college's name, profession or address in it: what anybody would try first."""

    code = "password_names_college"
    detail = Text(
        "Do not use the College’s name, its short name, its address on the web or the name of the profession in your password. A sentence "
        "of at least {shortest} characters about something else works well.",
        "N’utilisez dans votre mot de passe ni le nom ou le sigle de l’Ordre, ni son adresse Web, ni le nom de la profession. Une phrase "
        "d’au moins {shortest} caractères sur un autre sujet convient bien.",
    )


class PasswordBreached(PasswordTooWeak):
    """The password is in a list of passwords that were stolen somewhere and are tried everywhere."""

    code = "password_breached"
    detail = Text(
        "This password is in a public list of stolen passwords, wherever it was used. If you use it elsewhere, change it there too. A "
        "sentence of at least {shortest} characters that only you would write works well.",
        "Ce mot de passe figure dans une liste publique de mots de passe volés, peu importe où il a servi. Si vous l’utilisez ailleurs, "
        "changez-le là aussi. Une phrase d’au moins {shortest} caractères bien à vous convient bien.",
    )


class ProofRefused(ServiceError):
    """The password or second factor that was given is not the right one, or was used before."""

    code = "proof_refused"
    status = 401
    title = Text("This could not be confirmed.", "La confirmation n’a pas réussi.")
    detail = Text(
        "Check the password or the code and try again. A code works once; wait for the next one.",
        "Vérifiez le mot de passe ou le code et réessayez. Un code ne sert qu’une fois; attendez le suivant.",
    )


class ChallengeOver(ServiceError):
    """The step was begun too long ago, was finished before, or never begun."""

    code = "challenge_over"
    status = 410
    title = Text("This step has run out.", "Cette étape a expiré.")
    detail = Text("Begin again; it takes a moment only.", "Recommencez; cela ne prend qu’un instant.")


class LastFactor(Conflict):
    """The only second factor of somebody who must have one cannot be removed."""

    code = "last_factor"
    title = Text("You need two-step verification.", "La validation en deux étapes est obligatoire.")
    detail = Text(
        "Members of staff must use it. Add another sign-in method first, then remove this one.",
        "Les membres du personnel doivent l’utiliser. Ajoutez d’abord un autre moyen, puis retirez celui-ci.",
    )


class EmailFrozen(Conflict):
    """An applicant's address does not change once the application is submitted, except through the college (F16)."""

    code = "email_frozen"
    title = Text("Your email address cannot be changed now.", "Votre adresse courriel ne peut pas être modifiée maintenant.")
    detail = Text(
        "It stays as it was when you submitted your application. If you have lost access to it, ask the College’s support.",
        "Elle reste la même depuis la présentation de votre demande. Si vous n’y avez plus accès, adressez-vous au soutien de l’Ordre.",
    )


class AddressTaken(Conflict):
    """The address belongs to another account."""

    code = "address_taken"
    title = Text("This email address has an account.", "Cette adresse courriel a déjà un compte.")
    detail = Text(
        "One person has one account. Use another address.", "Une personne a un seul compte. Utilisez une autre adresse."
    )


class WrongState(Conflict):
    """What was asked does not fit where the thing stands."""

    code = "wrong_state"
    title = Text("This cannot be done now.", "Ceci n’est pas possible maintenant.")
    detail = Text("It was decided or ended before.", "La décision a déjà été prise, ou c’est terminé.")


class RequestsWait(WrongState):
    """As many requests with this address as are taken at once (`most`) wait to be decided."""

    code = "requests_wait"
    title = Text("Your requests are being looked at.", "Vos demandes sont à l’étude.")
    detail = Text(
        "The College has {most} requests with this email address to answer, and takes another one after that. If you did not send them "
        "all, give another address or call us.",
        "L’Ordre a {most} demandes portant cette adresse courriel à traiter et en acceptera d’autres ensuite. Si vous ne les avez pas "
        "toutes envoyées, donnez une autre adresse ou téléphonez-nous.",
    )


class NoApplicationToStart(WrongState):
    """The account is of a member of the staff, or of somebody who is registered already."""

    code = "no_application_to_start"
    title = Text("No application can be started with this account.", "Aucune demande ne peut être commencée avec ce compte.")
    detail = Text(
        "It belongs to a member of the staff or to a registrant. To apply, open an account with another address.",
        "Il appartient à un membre du personnel ou à une personne inscrite. Pour présenter une demande, ouvrez un compte avec une autre "
        "adresse.",
    )


class OwnAccount(WrongState):
    """Nobody changes their own roles or suspends themselves."""

    code = "own_account"
    title = Text("Somebody else must do this.", "Une autre personne doit faire ceci.")
    detail = Text(
        "It is about your own account. Ask a colleague.", "Il s’agit de votre propre compte. Adressez-vous à une ou un collègue."
    )


class AdministratorNeeded(WrongState):
    """Whoever decides about a way back into an account of the staff could take over what its roles may do."""

    code = "administrator_needed"
    title = Text("An administrator must decide this.", "Une administratrice ou un administrateur doit en décider.")
    detail = Text(
        "The account belongs to a member of staff. For an administrator’s account, two other administrators decide.",
        "Le compte est celui d’un membre du personnel. Pour le compte d’une administratrice ou d’un administrateur, la décision revient à "
        "deux autres personnes ayant ce rôle.",
    )


class LastAdministrator(WrongState):
    """Without an administrator nobody could give roles any more."""

    code = "last_administrator"
    title = Text("The College needs an administrator.", "L’Ordre a besoin d’une administratrice ou d’un administrateur.")
    detail = Text(
        "This is the last account that can give roles. Make somebody else an administrator first.",
        "C’est le dernier compte qui peut attribuer des rôles. Confiez d’abord ce rôle à une autre personne.",
    )


class SecondPersonNeeded(Conflict):
    """Whoever proposed a decision cannot confirm it: four eyes (F10)."""

    code = "second_person_needed"
    title = Text("Another person must confirm this.", "Une autre personne doit confirmer ceci.")
    detail = Text(
        "You proposed this decision. A colleague looks at it and confirms or rejects it.",
        "Vous avez proposé cette décision. Une ou un collègue l’examine, puis la confirme ou la rejette.",
    )


class StaffAreNoDelegates(WrongState):
    """Whoever works for the college decides about files: they help nobody with one of their own."""

    code = "staff_are_no_delegates"
    title = Text("Members of staff cannot be delegates.", "Le personnel ne peut pas être une personne déléguée.")
    detail = Text(
        "Whoever reviews applications or handles payments cannot work on somebody's own file too.",
        "Quiconque examine des demandes ou traite des paiements ne peut pas aussi travailler dans le dossier d’une personne.",
    )


class TooManyDelegates(WrongState):
    """As many delegates as one person may have are let in or invited."""

    code = "too_many_delegates"
    title = Text("You have as many delegates as you can have.", "Vous avez atteint le nombre maximal de personnes déléguées.")
    detail = Text(
        "There can be {most}, with those who are invited. End one first.",
        "Il peut y en avoir {most}, y compris les invitations en attente. Mettez d’abord fin à l’une d’elles.",
    )
