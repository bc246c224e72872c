"""The pages that a registrant or applicant may let a delegate into (B11). Submitting, and what concerns the account itself, is on none."""

from services.common.kernel.text import Text

APPLICATION_FORM = "application_form"
DOCUMENTS = "documents"
FEES = "fees"
REGISTRATION = "registration"
QUALITY_ASSURANCE = "quality_assurance"
MESSAGES = "messages"

PAGES = {
    APPLICATION_FORM: Text("Application form", "Formulaire de demande"),
    DOCUMENTS: Text("Supporting documents", "Documents justificatifs"),
    FEES: Text("Fees and receipts", "Droits et reçus"),
    REGISTRATION: Text("Registration and certificate", "Inscription et certificat"),
    QUALITY_ASSURANCE: Text("Quality assurance", "Assurance de la qualité"),
    MESSAGES: Text("Messages", "Messages"),
}
