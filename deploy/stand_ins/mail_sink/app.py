"""The inbox's HTTP face: pages for people, JSON for tests."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import orjson
from structlog.typing import FilteringBoundLogger
from werkzeug.exceptions import HTTPException, NotFound, UnprocessableEntity
from werkzeug.routing import Map, Rule
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from deploy.stand_ins.mail_sink import pages
from deploy.stand_ins.mail_sink.mails import as_json
from deploy.stand_ins.mail_sink.store import MailNotFound, MailStore
from deploy.stand_ins.mail_sink.texts import TEXTS

MOST_MAILS = 1000

URLS = Map([
    Rule("/", endpoint="list_mails", methods=["GET"]),
    Rule("/mails/<mail_id>", endpoint="show_mail", methods=["GET"]),
    Rule("/mails/<mail_id>/attachments/<int:number>", endpoint="download", methods=["GET"]),
    Rule("/api/mails", endpoint="api_list", methods=["GET"]),
    Rule("/api/mails", endpoint="api_clear", methods=["DELETE"]),
    Rule("/api/mails/<mail_id>.eml", endpoint="api_raw", methods=["GET"]),
    Rule("/style.css", endpoint="style", methods=["GET"]),
    Rule("/readyz", endpoint="ready", methods=["GET"]),
])  # fmt: skip


class InboxApp:
    """The WSGI application over a mail store."""

    def __init__(self, store: MailStore, log: FilteringBoundLogger) -> None:
        self._store = store
        self._log = log

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        try:
            endpoint, values = URLS.bind_to_environ(environ).match()
            response: Any = getattr(self, endpoint)(request, **values)
        except MailNotFound:
            response = self._not_found(request)
        except HTTPException as error:
            response = error if error.code != 404 else self._not_found(request)
        except Exception:
            # The last resort of a server: one mail that cannot be shown must not take the inbox down.
            self._log.exception("request_failed", path=request.path)
            response = _json({"error": "This request failed; the log tells why."}, 500)
        answer: Iterable[bytes] = response(environ, start_response)
        return answer

    def list_mails(self, request: Request) -> Response:
        """The list, newest first; `to` searches by recipient, `page` counts from 1."""
        to, number = request.args.get("to", ""), max(1, request.args.get("page", 1, type=int))
        mails, total = self._store.find(to=to, limit=pages.PAGE_SIZE, skip=(number - 1) * pages.PAGE_SIZE)
        return _html(pages.list_page(pages.ListPage(to, number, mails, total), _language(request)))

    def show_mail(self, request: Request, mail_id: str) -> Response:
        """One mail."""
        return _html(pages.mail_page(self._store.get(mail_id), self._store.contents(mail_id), _language(request)))

    def download(self, request: Request, mail_id: str, number: int) -> Response:
        """An attachment, counted from 1, always as a download."""
        files = self._store.contents(mail_id).attachments
        if not 1 <= number <= len(files):
            raise NotFound()
        file = files[number - 1]
        response = send_file(
            BytesIO(file.content), request.environ, mimetype=file.content_type, as_attachment=True, download_name=file.name
        )  # fmt: skip
        response.headers["X-Content-Type-Options"] = "nosniff"
        return response

    def api_list(self, request: Request) -> Response:
        """The mails as JSON, newest first, narrowed by to, subject, since and limit."""
        args = request.args
        mails, _ = self._store.find(args.get("to", ""), args.get("subject", ""), _since(request), _limit(request))
        return _json([as_json(mail, self._store.contents(mail.id)) for mail in mails])

    def api_raw(self, request: Request, mail_id: str) -> Response:
        """The mail as it was sent."""
        headers = {"Content-Disposition": f"attachment; filename={mail_id}.eml"}
        return Response(self._store.raw(mail_id), mimetype="message/rfc822", headers=headers)

    def api_clear(self, request: Request) -> Response:
        """Delete every mail."""
        self._log.info("inbox_cleared", mails=self._store.clear())
        return Response(status=204)

    def style(self, request: Request) -> Response:
        """The pages' style sheet."""
        return Response(pages.STYLE, mimetype="text/css")

    def ready(self, request: Request) -> Response:
        """200: the HTTP side starts only once the SMTP side takes mails."""
        return _json({"status": "ready"})

    def _not_found(self, request: Request) -> Response:
        if request.path.startswith("/api/"):
            return _json({"error": "There is nothing at this address."}, 404)
        return _html(pages.missing_page(_language(request)), 404)


def _language(request: Request) -> str:
    asked = request.args.get("lang", "")
    return asked if asked in TEXTS else request.accept_languages.best_match(TEXTS, default="en")


def _since(request: Request) -> datetime | None:
    # An unescaped plus sign arrives as a space; a time of ours has no other.
    given = request.args.get("since", "").replace(" ", "+")
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given)
    except ValueError as error:
        raise UnprocessableEntity("since: an ISO 8601 time, for example 2026-11-23T14:00:00Z.") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _limit(request: Request) -> int:
    given = request.args.get("limit", "100")
    if not given.isascii() or not given.isdigit() or not 1 <= int(given) <= MOST_MAILS:
        raise UnprocessableEntity(f"limit: a whole number from 1 to {MOST_MAILS}.")
    return int(given)


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, mimetype="application/json", headers={"Cache-Control": "no-store"})


def _html(page: str, status: int = 200) -> Response:
    headers = {
        "Cache-Control": "no-store",
        # Mails bring their own inline styles and images; scripts and anything from the network stay out.
        "Content-Security-Policy": "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src data:; frame-src 'self'",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
    }
    return Response(page, status, mimetype="text/html", headers=headers)
