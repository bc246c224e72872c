"""The words that every page has."""

from services.common.text import Text

EVERY_PAGE = {
    "skip": Text("Skip to the content", "Passer au contenu"),
    "other_language": Text("Français", "English"),
    "questions": Text("Questions? Write to {address}.", "Des questions? Écrivez à {address}."),
    # the API's own page
    "docs_title": Text("The API", "L’API"),
    "docs_intro": Text(
        "Every operation of the JSON API, for programmers. For programs, the same is here:",
        "Toutes les opérations de l’API JSON, pour les programmeurs (descriptions en anglais). Pour les programmes :",
    ),
    "docs_contents": Text("Contents", "Table des matières"),
    "docs_problems": Text("Problems and their codes", "Problèmes et leurs codes"),
}
