"""The first page: where everything is."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render


def home(context: Context) -> Response:
    """Says whose service this is and where to go in it."""
    return render(context, "public/home.html")
