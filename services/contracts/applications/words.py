"""What people call the states, steps and codes of an application: one table for each kind, read wherever it is shown."""

from services.common.kernel.text import Text, Words
from services.contracts.applications import states
from services.contracts.applications.shapes import FEE_TO_BE_PAID

STATES: Words = {
    states.DRAFT: Text("Draft", "Brouillon"),
    states.SUBMITTED: Text("Submitted", "Soumise"),
    states.INCOMPLETE: Text("More information needed", "Renseignements demandés"),
    states.COMPLETE: Text("Complete", "Complète"),
    states.IN_REVIEW: Text("In review", "En cours d’examen"),
    states.AT_COMMITTEE: Text("At the Registration Committee", "Devant le comité d’inscription"),
    states.APPROVED: Text("Approved", "Approuvée"),
    states.APPROVED_WITH_CONDITIONS: Text("Approved with conditions", "Approuvée avec conditions"),
    states.REFUSED: Text("Refused", "Refusée"),
    states.WITHDRAWN: Text("Withdrawn", "Retirée"),
    states.LAPSED: Text("Lapsed", "Caduque"),
    states.FINALISED: Text("Registered", "Inscription effectuée"),
}
# States that are called otherwise until the application fee is paid (R8).
STATES_UNPAID: Words = {
    states.SUBMITTED: Text("Submitted, fee to be paid", "Soumise, droits à payer"),
}
# What somebody does, as a button or a line begins with it; within a sentence `Text.within`.
STEPS: Words = {
    "submit": Text("Submit", "Soumettre"),
    "answer": Text("Send your answer", "Transmettre votre réponse"),
    "mark_complete": Text("Mark as complete", "Déclarer complète"),
    "request_more": Text("Ask for more", "Demander des renseignements"),
    "begin_review": Text("Begin the review", "Commencer l’examen"),
    "refer_to_committee": Text("Refer to the committee", "Renvoyer au comité"),
    "approve": Text("Approve", "Approuver"),
    "approve_with_conditions": Text("Approve with conditions", "Approuver avec conditions"),
    "refuse": Text("Refuse", "Refuser"),
    "withdraw": Text("Withdraw", "Retirer"),
    "lapse": Text("Lapse", "Devenir caduque"),
    "finalise": Text("Make final", "Rendre définitive"),
}
# Staff read who acts next, and are not told that it is their turn.
WHO_ACTS_NEXT: Words = {
    "applicant": Text("Applicant", "Personne candidate"),
    "institution": Text("Others (documents expected)", "Autres (documents attendus)"),
    "college": Text("College", "Ordre"),
    "nobody": Text("Nobody", "Personne"),
}
# The same, said to the applicant.
WHO_ACTS_NEXT_FOR_YOU: Words = {
    "applicant": Text("You need to do something.", "Une action est requise de votre part."),
    "institution": Text(
        "We are waiting for documents from others.", "Nous attendons des documents d’autres personnes ou établissements."
    ),
    "college": Text("Under review by the College.", "Votre dossier est entre les mains de l’Ordre."),
    "nobody": Text("There is nothing left to do.", "Il n’y a plus rien à faire."),
}
# Who changed something, and from whom a document came.
BY: Words = {
    "applicant": Text("Applicant", "Personne candidate"),
    "college": Text("College", "Ordre"),
    "system": Text("System", "Système"),
}
PROVIDERS: Words = {
    "applicant": Text("Applicant", "Personne candidate"),
    "institution": Text("Institution", "Établissement"),
    "staff": Text("College staff", "Personnel de l’Ordre"),
}
PAGE_STATES: Words = {
    "not_started": Text("To do", "À faire"),
    "incomplete": Text("To be completed", "À compléter"),
    "complete": Text("Done", "Terminé"),
}
DOCUMENT_STATES: Words = {
    "received": Text("Received", "Reçu"),
    "accepted": Text("Accepted", "Accepté"),
    "refused": Text("Not accepted", "Non accepté"),
}
REQUIREMENT_STATES: Words = {
    "missing": Text("To be provided", "À fournir"),
    "requested": Text("Requested by the College", "Demandé par l’Ordre"),
    **DOCUMENT_STATES,
}
FEES: Words = {
    "none": Text("None", "Aucuns"),
    "to_be_paid": Text("To be paid", "À payer"),
    "paid": Text("Paid", "Payés"),
}
PAYMENTS: Words = {
    "none": Text("None due", "Aucun paiement dû"),
    "invoiced": Text("Invoiced", "Facturé"),
    "being_finalised": Text("Paid, registration in progress", "Payé, inscription en cours"),
    "finalised": Text("Paid", "Payé"),
}


def state_of(state: str, fee: str) -> Text:
    """What the state of an application is called, by that of its fee."""
    return (STATES_UNPAID.get(state) if fee == FEE_TO_BE_PAID else None) or STATES[state]
