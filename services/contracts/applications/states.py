"""The states of an application (R13), and what people call them."""

from services.common.kernel.text import Text

DRAFT = "draft"
SUBMITTED = "submitted"
INCOMPLETE = "incomplete"
COMPLETE = "complete"
IN_REVIEW = "in_review"
AT_COMMITTEE = "at_committee"
APPROVED = "approved"
APPROVED_WITH_CONDITIONS = "approved_with_conditions"
REFUSED = "refused"
WITHDRAWN = "withdrawn"
LAPSED = "lapsed"
FINALISED = "finalised"

ALL = (
    DRAFT, SUBMITTED, INCOMPLETE, COMPLETE, IN_REVIEW, AT_COMMITTEE,
    APPROVED, APPROVED_WITH_CONDITIONS, REFUSED, WITHDRAWN, LAPSED, FINALISED,
)  # fmt: skip
FINAL = (REFUSED, WITHDRAWN, LAPSED, FINALISED)
EDITABLE = (DRAFT, INCOMPLETE)
APPROVALS = (APPROVED, APPROVED_WITH_CONDITIONS)
# One label for each state, wherever it is shown.
WORDS = {
    DRAFT: Text("Draft", "Brouillon"),
    SUBMITTED: Text("Submitted", "Soumise"),
    INCOMPLETE: Text("More information needed", "Renseignements demandés"),
    COMPLETE: Text("Complete", "Complète"),
    IN_REVIEW: Text("In review", "En cours d’examen"),
    AT_COMMITTEE: Text("At the Registration Committee", "Devant le comité d’inscription"),
    APPROVED: Text("Approved", "Approuvée"),
    APPROVED_WITH_CONDITIONS: Text("Approved with conditions", "Approuvée avec conditions"),
    REFUSED: Text("Refused", "Refusée"),
    WITHDRAWN: Text("Withdrawn", "Retirée"),
    LAPSED: Text("Lapsed", "Caduque"),
    FINALISED: Text("Registered", "Inscription effectuée"),
}
