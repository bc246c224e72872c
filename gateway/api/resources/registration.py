"""The registrant's own registration and certificate."""

from gateway.api.routing import Kind, Route
from services.contracts import registry

ROUTES = (
    Route("GET", "/registration", registry.GetMyRegistration),
    Route("GET", "/registration/certificate", registry.ReadCertificate, kind=Kind.DOWNLOAD),
)
