"""What staff see behind an entry of the register, and how a registrant's status changes."""

from gateway.api.routing import Route
from services.contracts.registry import standing

ROUTES = (
    Route("GET", "/staff/registrants/{number}", standing.GetRegistrantFile),
    Route("POST", "/staff/registrants/{number}/status/preview", standing.PreviewStatus),
    Route("POST", "/staff/registrants/{number}/status", standing.ChangeStatus),
    Route("POST", "/staff/registrants/{number}/facts/{fact_id}/take-back", standing.TakeBackFact),
)
