"""The words that every page has."""

from services.common.text import Text

EVERY_PAGE = {
    "skip": Text("Skip to the content", "Passer au contenu"),
    "other_language": Text("Français", "English"),
    "reference": Text("Reference for support: {id}", "Référence pour le soutien : {id}"),
    "questions": Text("Questions? Write to {address}.", "Des questions? Écrivez à {address}."),
}
