"""The refusals of applications."""

from services.common.kernel.errors import Conflict, ServiceError, Unavailable
from services.common.kernel.text import Text


class NotReadyYet(ServiceError):
    """The account was opened a moment ago and its application is being prepared."""

    code = "application_not_ready_yet"
    status = 503
    title = Text("Your application is being prepared.", "Votre demande est en préparation.")
    detail = Text("Please try again in a second.", "Veuillez réessayer dans une seconde.")


class StepNotPossible(Conflict):
    """The application is not in a state from which this step can be taken (R13)."""

    code = "step_not_possible"
    title = Text("This step is not possible now.", "Cette étape n’est pas possible maintenant.")
    detail = Text(
        "The application is “{state_en}”. Possible now: {possible_en}.",
        "La demande est « {state_fr} ». Possible maintenant : {possible_fr}.",
    )


class FeeToBePaid(StepNotPossible):
    """The application does not count as complete yet: what it costs is not paid (R8)."""

    code = "fee_to_be_paid"
    title = Text("The application fee is not paid yet.", "Les droits de demande ne sont pas encore payés.")
    detail = Text(
        "An application counts as complete once its fee is paid. That shows here by itself.",
        "Une demande est considérée comme complète une fois ses droits payés. Cela s’affiche ici de soi-même.",
    )


class ReadOnly(Conflict):
    """The form, or this part of it, cannot be changed in the application's present state (F32)."""

    code = "application_read_only"
    title = Text(
        "This part of the application can no longer be changed.", "Cette partie de la demande ne peut plus être modifiée."
    )
    detail = Text(
        "It was submitted. The College will reopen what it needs changed.",
        "Elle a été soumise. L’Ordre rouvrira ce qui doit être modifié.",
    )


class SubmissionBlocked(ServiceError):
    """Something is still missing; `blockers` lists all of it (B6)."""

    code = "submission_blocked"
    status = 422
    title = Text("The application cannot be submitted yet.", "La demande ne peut pas encore être soumise.")
    detail = Text(
        "Still missing or wrong: {count}. See the list.", "Éléments manquants ou à corriger\u00a0: {count}. Voyez la liste."
    )


class UnknownPage(ServiceError):
    """The form has no such page."""

    code = "unknown_page"
    status = 404
    title = Text("The form has no such page.", "Le formulaire n’a pas cette page.")


class DocumentRefused(ServiceError):
    """The file is not of a kind that this requirement takes."""

    code = "document_refused"
    status = 422
    title = Text("This kind of file cannot be accepted here.", "Ce type de fichier ne peut pas être accepté ici.")
    detail = Text(
        "We take {types}. This file is {found_en}: save or scan it as a PDF.",
        "Nous acceptons les formats {types}. Ce fichier est {found_fr} : enregistrez-le ou numérisez-le en PDF.",
    )


class DocumentTooLarge(ServiceError):
    """The file is larger than this requirement takes."""

    code = "document_too_large"
    status = 422
    title = Text("The file is too large.", "Le fichier est trop volumineux.")
    detail = Text(
        "It has {size_mb} MB; for this we take at most {limit_mb} MB. Scan it with fewer dots per inch, or in black and white.",
        "Il compte {size_mb}\u00a0Mo; nous acceptons ici au plus {limit_mb}\u00a0Mo. "
        "Numérisez-le avec une résolution plus basse ou en noir et blanc.",
    )


class MalwareFound(ServiceError):
    """The look for malware found something in the file; it was not kept."""

    code = "malware_found"
    status = 422
    title = Text("This file is not safe.", "Ce fichier n’est pas sûr.")
    detail = Text(
        "Our scan found a virus or another harmful program in it, so we did not keep it. Check your computer, then send a clean copy.",
        "Notre analyse y a trouvé un virus ou un autre programme malveillant; nous ne l’avons donc pas conservé. "
        "Vérifiez votre ordinateur, puis envoyez une copie saine.",
    )


class ScannerAway(Unavailable):
    """The file could not be looked at for malware; nothing is taken unseen."""

    code = "scanner_away"
    title = Text("We cannot check files for viruses at the moment.", "Nous ne pouvons pas analyser les fichiers en ce moment.")
    detail = Text(
        "Your file was not kept. Please send it again in a few minutes.",
        "Votre fichier n’a pas été conservé. Veuillez l’envoyer de nouveau dans quelques minutes.",
    )


class TooManyDocuments(Conflict):
    """The applicant's own files would take more room than an application has."""

    code = "too_many_documents"
    title = Text("There is no room for another file.", "Il n’y a plus de place pour un autre fichier.")
    detail = Text(
        "An application holds {most} of your files, {most_mb} MB in all. Remove one that you no longer need, or write to the College.",
        "Une demande contient au plus {most} de vos fichiers, {most_mb}\u00a0Mo en tout. "
        "Retirez-en un dont vous n’avez plus besoin, ou écrivez à l’Ordre.",
    )


class RequirementNotYours(ServiceError):
    """The document must come to the college directly from the institution (F27)."""

    code = "requirement_not_yours"
    status = 403
    title = Text("This document must come from the institution.", "Ce document doit provenir de l’établissement.")
    detail = Text(
        "Ask the institution to send it directly to the College. You will see here when it has arrived.",
        "Demandez à l’établissement de l’envoyer directement à l’Ordre. Vous verrez ici quand il sera arrivé.",
    )


class DocumentInUse(Conflict):
    """The document was submitted with the application and stays in the file."""

    code = "document_in_use"
    title = Text("This document is part of a submitted application.", "Ce document fait partie d’une demande soumise.")


class ReasonsNeeded(ServiceError):
    """An adverse decision needs written reasons; a conditional approval needs its conditions (R13)."""

    code = "reasons_needed"
    status = 422
    title = Text("Written reasons or conditions are needed.", "Des motifs ou des conditions écrits sont nécessaires.")
    detail = Text(
        "A refusal states its reasons; an approval with conditions states each condition.",
        "Un refus énonce ses motifs; une approbation assortie de conditions énonce chacune d’elles.",
    )


class RequirementsOutstanding(ServiceError):
    """Something that the file must hold before an approval has not come, or was refused; `requirements` lists it."""

    code = "requirements_outstanding"
    status = 422
    title = Text("The file is not complete enough to approve.", "Le dossier n’est pas assez complet pour être approuvé.")
    detail = Text("Still outstanding: {names_en}.", "Il reste à fournir : {names_fr}.")
