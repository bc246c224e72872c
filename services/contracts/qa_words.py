"""What a registrant is told of the duties of quality assurance (F34, F43); `{due}` is a written day."""

from services.common.kernel.text import Text, Words

NOTICES: Words = {
    "self_assessment_due": Text(
        "Your self-assessment is due by {due}.",
        "Votre auto-évaluation doit être soumise au plus tard le {due}.",
    ),
    "self_assessment_overdue": Text(
        "Your self-assessment was due by {due}. Please complete it as soon as you can.",
        "Votre auto-évaluation devait être soumise au plus tard le {due}. Veuillez la remplir dès que possible.",
    ),
    "attestation_due": Text(
        "The attestation for your PD cycle is due by {due}.",
        "L’attestation de votre cycle de perfectionnement professionnel (PP) doit être soumise au plus tard le {due}.",
    ),
    "attestation_overdue": Text(
        "The attestation for your PD cycle was due by {due}. Please complete it as soon as you can.",
        "L’attestation de votre cycle de perfectionnement professionnel (PP) devait être soumise au plus tard le {due}. "
        "Veuillez la remplir dès que possible.",
    ),
}
