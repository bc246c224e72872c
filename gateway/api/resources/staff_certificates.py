"""The staff's work on certificates that wait for a font."""

from gateway.api.routing import Route
from services.contracts import registry

ROUTES = (
    Route("GET", "/staff/held-certificates", registry.ListHeldCertificates),
    Route("POST", "/staff/held-certificates/make", registry.MakeHeldCertificates),
)
