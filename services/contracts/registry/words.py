"""What the register calls the statuses of a registration (R1), and what staff call the facts behind it."""

from services.common.kernel.text import Text, Words

ACTIVE = "active"
STATUSES: Words = {
    ACTIVE: Text("Active", "Active"),
    "late": Text("Late", "En retard"),
    "suspended": Text("Suspended", "Suspendue"),
    "resigned": Text("Resigned", "Démission"),
    "revoked": Text("Revoked", "Révoquée"),
    "expired": Text("Expired", "Expirée"),
}
# Whoever has one of these is registered still, and uses the portal of registrants: a suspended person pays and answers there.
REGISTERED = frozenset({ACTIVE, "late", "suspended"})

KINDS_OF_FACTS: Words = {
    "legal_name": Text("Legal name", "Nom légal"),
    "commonly_used_name": Text("Commonly used name", "Nom couramment utilisé"),
    "category": Text("Category", "Catégorie"),
    "status": Text("Status", "Statut"),
    "term": Text("Term, condition or limitation", "Condition ou restriction"),
    "language_of_care": Text("Language of care", "Langue de prestation des soins"),
    "previous_name": Text("Previous name", "Nom antérieur"),
    "date_of_birth": Text("Date of birth", "Date de naissance"),
    "home_address": Text("Home address", "Adresse du domicile"),
    "telephone": Text("Telephone number", "Numéro de téléphone"),
    "practice_site": Text("Practice site", "Lieu d’exercice"),
}
# How a fact stands today: what holds, what is to come, what held, and what the college says no more.
STATES_OF_FACTS: Words = {
    "in_force": Text("In force", "En vigueur"),
    "planned": Text("Planned", "À venir"),
    "past": Text("Past", "Passé"),
    "superseded": Text("Superseded", "Remplacé"),
}
SOURCES_OF_FACTS: Words = {
    "application": Text("Application", "Demande d’inscription"),
    "request": Text("Request", "Demande"),
    "renewal": Text("Renewal", "Renouvellement"),
    "import": Text("Earlier system", "Système antérieur"),
    "staff": Text("Staff", "Personnel"),
}
