"""The states of an application (R13); what people call them is in `words`."""

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
