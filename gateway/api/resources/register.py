"""The public register and the verification of certificates."""

from gateway.api.routing import Route
from services.contracts import registry

ROUTES = (
    Route("GET", "/register", registry.SearchRegister, rate="register-search"),
    Route("GET", "/register/{number}", registry.LookUpRegistrant, rate="register-search"),
    Route("GET", "/certificates/{code}", registry.VerifyCertificate, rate="register-search"),
)
