"""The registrant's quality assurance."""

from gateway.api.routing import Route
from services.contracts import qa

ROUTES = (Route("GET", "/qa/dashboard", qa.GetQaDashboard),)
