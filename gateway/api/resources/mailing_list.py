"""The mailing list: signing up, confirming, leaving; and the mailings of the staff (F65)."""

from gateway.api.routing import Route
from services.contracts import correspondence

ROUTES = (
    Route("POST", "/mailing-list/requests", correspondence.mailing_list.Subscribe, status=202, rate="mailing-list"),
    Route("POST", "/mailing-list/confirmations", correspondence.mailing_list.ConfirmSubscription, rate="link"),
    Route("POST", "/mailing-list/departures", correspondence.mailing_list.Unsubscribe),
    Route("GET", "/staff/mailings", correspondence.mailing_list.ListMailings),
    Route("POST", "/staff/mailings", correspondence.mailing_list.SendMailing, status=201),
    Route("GET", "/staff/mailings/{mailing_id}", correspondence.mailing_list.GetMailing),
)
