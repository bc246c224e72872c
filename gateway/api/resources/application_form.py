"""The application form as the college defines it, the same for everyone."""

from gateway.api.routing import Route, Tag
from services.contracts.applications import applicant

ROUTES = (Route("GET", "/application-form", applicant.GetForm, tag=Tag.CONTENT, cache_control="public, max-age=60"),)
