"""The JSON API: one module of routes for each resource."""

from gateway.api import (
    accounts,
    application,
    application_form,
    dead_letters,
    documents,
    invoices,
    messages,
    payments,
    qa,
    register,
    registration,
    sessions,
    staff_applications,
    staff_messages,
    staff_payments,
)
from gateway.routing import Route, checked

RESOURCES = (
    accounts,
    sessions,
    application_form,
    application,
    documents,
    invoices,
    payments,
    register,
    registration,
    qa,
    messages,
    staff_applications,
    staff_payments,
    staff_messages,
    dead_letters,
)
ROUTES: tuple[Route, ...] = checked(route for resource in RESOURCES for route in resource.ROUTES)
