"""The mailing list: signing up, confirming, leaving; and the mailings of the staff (F65)."""

from gateway.api.routing import Route
from services.contracts import correspondence

ROUTES = (
    Route("POST", "/mailing-list/requests", correspondence.Subscribe, status=202, rate="mailing-list"),
    Route("POST", "/mailing-list/confirmations", correspondence.ConfirmSubscription, rate="link"),
    Route("POST", "/mailing-list/departures", correspondence.Unsubscribe),
    Route("GET", "/staff/mailings", correspondence.ListMailings),
    Route("POST", "/staff/mailings", correspondence.SendMailing, status=201),
    Route("GET", "/staff/mailings/{mailing_id}", correspondence.GetMailing),
)
