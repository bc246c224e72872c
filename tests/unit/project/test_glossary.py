"""One word for one thing in each language, wherever people read it: pages, mails, letters, the college's profile, errors, the staff's tools.

What was found to be awkward or doubled (`domain/faults-pages.md` 3) is banned here with the word that took its place.
"""

import ast
import re
from pathlib import Path

import pytest

from gateway.portal.kit.catalogues import stored
from services.common.kernel.yaml_files import read_yaml

ROOT = Path(__file__).resolve().parents[3]

ENGLISH = {
    r"\be-mail": "email",
    r"\b(?:a|the|that|by|our|each) mail\b": "email",
    r"\bthe college\b(?!’s own)": "the College",
    r"stands (?:under|in|beside)": "is in, is next to",
    r"for life": "You only need one account",
    r"your turn|the turn of": "Next action by; You need to do something",
    r"You hear from": "We will reply by",
    r"[Tt]ake it on|[Gg]ive it back|[Tt]aken on": "Assign to me, Unassign, Assigned to",
    r"[Ff]ind it complete": "Mark as complete",
    r"[Ll]ook at it once more": "Review",
    r"Record it": "Save decision",
    r"was decided on": "Decision saved",
    r"not taken back|be taken back": "You cannot undo this",
    r"Anybody’s|My own": "Anyone, Me",
    r"The same as a file": "Download as CSV",
    r"need a person|needs a person|that needs you": "need attention",
    r"[Dd]ead letter": "Failed background messages",
    r"way back in": "help",
    r"To the first page": "Go to the home page",
    r"You may not": "You don’t have access",
    r"is final\b|Registration final|Finalised|finalised": "registered",
    r"look after your own": "manage your registration",
    r"Programs can use": "For developers",
    r"[Ss]econd factor": "two-step verification",
}
FRENCH = {
    r"\b[lLdD]’ordre\b(?! chronologique)": "l’Ordre",
    r"\b[Ff]rais\b": "droits",
    r"pour la vie": "une seule fois",
    r"à vous d’agir|à l’Ordre d’agir": "Une action est requise de votre part",
    r"[Ii]l manque encore|manque encore": "Il reste … à fournir",
    r"Non commencée|Manquant": "À faire; À fournir",
    r"Ceci ne vient pas": "Ce document doit nous être envoyé directement",
    r"De quoi il s’agit": "Type de document",
    r"Le téléverser|L’ajouter": "Téléverser ce document",
    r"Ce renseignement est requis|du bon type|n’est pas une date": "Entrez votre …",
    r"Ce que les choses": "Voir les droits à payer",
    r"si vous voulez le dire": "(facultatif)",
    r"Ce qui s’est passé": "Historique de la demande",
    r"[Ss]econds? facteurs?": "validation en deux étapes",
    r"en session|[Vv]otre session est fermée": "connecté(e)",
    r"Y mettre fin|Y fermer": "Retirer l’accès; Fermer cette session",
    r"Balayez": "Numérisez",
    r"sont à payer": "Vous devez payer",
    r"en cours de finalisation|En cours de finalisation": "en cours de traitement",
    r"Revoir avant": "Aperçu",
    r"boîte aux lettres": "Adresse refusée",
    r"à l’appui": "documents justificatifs",
    r"\bsous conditions": "avec conditions",
    r"[Aa]utoévaluation": "auto-évaluation",
    r"candidat ou candidate|candidat\(e\)": "personne candidate",
    r"Vers la page d’accueil": "Aller à la page d’accueil",
}
# A colon stands after a space, which `unbroken` makes one that does not break; not in addresses, times and templates.
_COLON = re.compile(r"(?<![\s\u00a0\u202f]):(?!\d|//|\w)|\. ?:")


def _texts_of_code():
    for folder in ("services", "gateway", "staff", "deploy/local"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Text" and len(node.args) == 2:
                    for language, value in zip(("en", "fr"), node.args, strict=True):
                        if isinstance(value, ast.Constant) and isinstance(value.value, str):
                            yield f"{path.relative_to(ROOT)}:{value.lineno}", language, value.value


def _texts_of_profiles():
    for path in sorted((ROOT / "deploy" / "colleges").rglob("*.yaml")):
        waiting = [(str(path.relative_to(ROOT)), None, read_yaml(path).data)]
        while waiting:
            place, language, value = waiting.pop()
            if isinstance(value, dict):
                waiting += [(f"{place}/{key}", key if key in ("en", "fr") else language, one) for key, one in value.items()]
            elif isinstance(value, list):
                waiting += [(place, language, one) for one in value]
            elif isinstance(value, str) and language:
                yield place, language, value


def _texts_of_pages():
    for message in stored():
        if message.id:
            for language, said in (("en", message.id), ("fr", message.string)):
                for one in said if isinstance(said, (list, tuple)) else (said,):
                    yield f"portal.po: {message.id}", language, one


def texts():
    yield from _texts_of_pages()
    yield from _texts_of_profiles()
    yield from _texts_of_code()


TEXTS = list(texts())


@pytest.mark.parametrize(("language", "banned"), [("en", ENGLISH), ("fr", FRENCH)], ids=["en", "fr"])
def test_no_text_uses_a_word_that_was_replaced(language, banned):
    found = [
        f"{place}: {match[0]!r} instead of {better!r} in {text!r}"
        for place, spoken, text in TEXTS
        if spoken == language
        for pattern, better in banned.items()
        if (match := re.search(pattern, text))
    ]
    assert not found, "\n".join(found)


def test_a_french_colon_stands_after_a_space_and_never_after_a_full_stop():
    found = [f"{place}: {text!r}" for place, language, text in TEXTS if language == "fr" and _COLON.search(text)]
    assert not found, "\n".join(found)


def test_the_texts_of_pages_profiles_and_code_are_all_read():
    assert {place.split("/")[0].split(":")[0] for place, _, _ in TEXTS} >= {"portal.po", "deploy", "services", "staff"}
    assert len(TEXTS) > 2000
