"""What crosses the bus: a package or module per owner, its calls and its events."""

from services.common.kernel.contract import declare_owners

declare_owners(
    identity="services.contracts.identity",
    applications="services.contracts.applications",
    registry="services.contracts.registry",
    billing="services.contracts.billing",
    qa="services.contracts.qa",
    correspondence="services.contracts.correspondence",
)
