"""The words of the page that verifies a certificate."""

from services.common.text import Text

VERIFICATION = {
    "verify_title": Text("This certificate is genuine", "Ce certificat est authentique"),
    "verify_intro": Text(
        "The {college} issued it. This is what the register says today.",
        "Délivré par l’organisme suivant : {college}. Voici ce que dit le registre aujourd’hui.",
    ),
    "verify_unknown_title": Text("We know no such certificate", "Nous ne connaissons pas ce certificat"),
    "verify_unknown": Text(
        "No certificate has this code. Check it against the certificate; if it is the same, the certificate may not be genuine.",
        "Aucun certificat ne porte ce code. Comparez-le avec celui du certificat; s’il est le même, le certificat n’est "
        "peut-être pas authentique.",
    ),
    "name": Text("Name", "Nom"),
    "common_name": Text("Commonly used name", "Nom d’usage"),
    "number": Text("Registration number", "Numéro d’inscription"),
    "category": Text("Category", "Catégorie"),
    "status": Text("Status", "Statut"),
    "registered_on": Text("First registered", "Première inscription"),
    "conditions": Text("Terms, conditions and limitations", "Conditions et restrictions"),
    "certificate": Text("Certificate number", "Numéro du certificat"),
    "issued_on": Text("Issued", "Délivré le"),
}
