"""What the register calls the statuses of a registration (R1)."""

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
