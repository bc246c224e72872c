"""A second college, as small as one can be and unlike the first in all that may hide in code: profession, words, place, zone, tax, form."""

from pathlib import Path
from typing import Any

import yaml

from services.contracts.college.retention import RECORD_TYPES
from tests.support.colleges.profiles import CRPO


def both(en: str, fr: str) -> dict[str, str]:
    """A text in both languages."""
    return {"en": en, "fr": fr}


def field(code: str, en: str, fr: str, kind: str = "text", **more: Any) -> dict[str, Any]:
    """A question of the form that must be answered."""
    return {"code": code, "label": both(en, fr), "type": kind, "required": True, **more}


SERIES = ("application_id", "application", "invoice", "receipt", "registration", "certificate", "access_request")
COLOURS = yaml.safe_load((CRPO / "college.yaml").read_text(encoding="utf-8"))["theme"]["colours"]  # a look is no word
SECTIONS: dict[str, Any] = {
    "college": {
        "code": "trees",
        "name": both("Guild of Arborists of the Isles", "Guilde des arboristes des Îles"),
        "short_name": both("GAI", "GDI"),
        "words": {
            "act": both("Trees Act, 1999", "Loi de 1999 sur les arbres"),
            "profession": both("arboriculture", "arboriculture"),
            "registrant": both("arborist", "arboriste"),
            "registrants": both("arborists", "arboristes"),
            "register": both("Roll of Arborists", "tableau des arboristes"),
        },
        "time_zone": "Pacific/Auckland",
        "currency": "EUR",
        "website": both("https://trees.example", "https://arbres.example"),
        "addresses": dict.fromkeys(("info", "registration", "qa"), "bark@trees.example"),
        "postal_address": {"lines": ["1 Grove"], "city": "Port Elm", "province": "IS", "postal_code": "Z9Z 9Z9"},
        "phone": "+64 9 555 0100",
        "tax_number": "L-77",
        "registrar_name": both("Ash Rowan", "Ash Rowan"),
        "registrar_title": both("Warden", "Garde"),
        "mail_footer": both("Guild of Arborists", "Guilde des arboristes"),
        "inbox_note": both("Also in your inbox.", "Aussi dans votre boîte."),
        "numbering": {name: {"prefix": "", "width": 6, "first": 1} for name in SERIES},
        "theme": {"word_mark": both("Trees", "Arbres"), "colours": COLOURS},
    },
    "categories": {
        "categories": [
            {
                "code": "climber",
                "name": both("Climber", "Grimpeur"),
                "title": both("Registered Climber", "Grimpeuse ou grimpeur"),
                "abbreviation": both("CL", "GR"),
                "open_to_applicants": True,
                "registration_fee": "entry",
            }
        ]
    },
    "fees": {
        "taxes": [
            {"code": "levy", "name": both("Levy", "Redevance"), "rates": [{"effective_from": "2001-01-01", "rate": "7.00"}]}
        ],
        "fees": [{"code": "entry", "name": both("Entry", "Entrée"), "tax": "levy"}],
        "versions": [{"effective_from": "2001-01-01", "source": "None", "amounts": [{"fee": "entry", "amount": "10.00"}]}],
    },
    "requirements": {
        "routes": [{"code": "saw", "name": both("By saw", "À la scie"), "help": both("Sawing.", "Scier.")}],
        "requirements": [
            {
                "code": "leaf",
                "name": both("A leaf", "Une feuille"),
                "help": both("Any leaf.", "N’importe quelle feuille."),
                "provided_by": "applicant",
                "blocks_submission": True,
                "accepted_types": ["png"],
                "max_bytes": 1_000_000,
            }
        ],
    },
    "application_form": {
        "pages": [
            {
                "code": "all",
                "title": both("All of it", "Tout"),
                "intro": both("Who are you?", "Qui êtes-vous?"),
                "takes_documents": True,
                "fields": [
                    field("given", "Given name", "Prénom"),
                    field("family", "Family name", "Nom"),
                    field("kind", "Kind", "Sorte", "category"),
                    field("way", "Way", "Voie", "route"),
                    field("sign", "Signature", "Signature"),
                ],
            }
        ],
        "roles": {
            "display_name": ["given", "family"],
            "first_name": "given",
            "last_name": "family",
            "category": "kind",
            "route": "way",
            "signature_name": "sign",
        },
    },
    "review": {
        "checklist": [{"code": "leaf", "label": both("The leaf is real.", "La feuille est vraie.")}],
        "refusal_reasons": [{"code": "fell", "name": both("Fell", "Chute"), "letter": both("You fell.", "Vous êtes tombé.")}],
        "clocks": dict.fromkeys(("submissions_days", "outside_review_days", "information_days"), 3),
        "letters": dict.fromkeys(
            ("submissions_before_panel", "how_to_ask_outside_review", "conditions_explained"), both("Ask.", "Demandez.")
        ),
    },
    "professional_development": {
        "contact": "qa",
        "cycle": {
            "years": 1,
            "due_year_parity": "opposite",
            "required_hours": 2,
            "activities": [{"code": "climb", "name": both("Climbing", "Escalade"), "at_least": 1}],
            "attestation_opens": "01-02",
        },
    },
    "deadlines": {
        "deadlines": [
            {"code": "application_acknowledgement", "days": 3},
            {"code": "application_lapse", "months": 3},
            {"code": "pd_attestation", "on": "03-04"},
            {"code": "self_assessment", "days": 5},
        ]
    },
    "charges": {
        "purposes": [
            {
                "code": "registration",
                "name": both("Entry", "Entrée"),
                "letter": "registration_invoice",
                "effect": "finalises_registration",
            }
        ],
        "charges": [
            {
                "code": "registration",
                "purpose": "registration",
                "caused_by": "ApplicationApproved",
                "registration_fee_of_category": True,
            }
        ],
    },
    "access": {"four_eyes": [], "address_advice": []},
    "policies": {
        "policies": [
            {
                "code": "pruning",
                "title": both("Pruning", "Élagage"),
                "confirmed": True,
                "sections": [{"heading": both("When", "Quand"), "text": both("In winter.", "L’hiver.")}],
            }
        ]
    },
    "retention": {
        "rules": [
            {"type": name, "owner": kind.owner, "basis": both("Bark keeps.", "L’écorce dure."), "never_destroyed": True}
            for name, kind in RECORD_TYPES.items()
        ]
    },
    "mailing_list": {"wording": 1, "about": both("Leaves.", "Feuilles."), "consent": both("I agree.", "J’accepte.")},
}


def tiny_college(folder: Path) -> Path:
    """Writes the profile into a folder. Its letters are those that the product sends, each saying its values and nothing else."""
    profile = folder / "trees"
    (profile / "mails").mkdir(parents=True)
    for name, section in SECTIONS.items():
        _write(profile / f"{name}.yaml", section)
    for file in (CRPO / "mails").glob("*.yaml"):
        first = yaml.safe_load(file.read_text(encoding="utf-8"))
        values = " ".join(f"{{{{ {name} }}}}" for name in first["placeholders"])
        letter = {key: first[key] for key in ("kind", "sender", "placeholders")}
        letter |= {
            "subject": both("From the trees", "Des arbres"),
            "body": both(f"Dear tree: {values}", f"Cher arbre : {values}"),
        }
        _write(profile / "mails" / file.name, letter)
    return profile


def _write(file: Path, content: Any) -> None:
    class Plain(yaml.SafeDumper):
        """A dumper without aliases, which profiles may not have."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    file.write_text(yaml.dump(content, Dumper=Plain, allow_unicode=True, sort_keys=False), encoding="utf-8")
