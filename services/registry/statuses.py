"""The statuses of a registration and how the register words them (R1)."""

from services.common.kernel.text import Text

ACTIVE = "active"

STATUSES = {
    ACTIVE: Text("Active", "Active"),
    "late": Text("Late", "En retard"),
    "suspended": Text("Suspended", "Suspendue"),
    "resigned": Text("Resigned", "Démission"),
    "revoked": Text("Revoked", "Révoquée"),
    "expired": Text("Expired", "Expirée"),
}
