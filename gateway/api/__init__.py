"""The JSON API: one module of routes for each resource."""

from gateway.api import (
    accounts,
    application,
    application_form,
    dead_letters,
    delegations,
    documents,
    invoices,
    messages,
    payments,
    programs,
    qa,
    register,
    registration,
    second_factors,
    sessions,
    staff_accounts,
    staff_applications,
    staff_messages,
    staff_payments,
)
from gateway.routing import Route, checked

RESOURCES = (
    accounts,
    sessions,
    second_factors,
    delegations,
    programs,
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
    staff_accounts,
    dead_letters,
)
ROUTES: tuple[Route, ...] = checked(route for resource in RESOURCES for route in resource.ROUTES)
