"""Files on their way in: a multipart form, streamed piece by piece into the file store, kept only when it is complete."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from eventlet import tpool
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.sansio.multipart import Data, Epilogue, Event, Field, File, MultipartDecoder, NeedData

from gateway.context import Context
from gateway.http.errors import BodyTooLarge, MalformedBody, TooManyValues, UnsupportedMediaType
from gateway.http.file_types import clean_name, media_type
from gateway.http.request_body import CHUNK, arriving, content_type
from gateway.http.requests import Request
from gateway.settings import MEGABYTE
from services.common.documents.files import FileStore, FileTooLarge, Upload
from services.common.kernel.errors import Invalid
from services.contracts.roles import STAFF_ROLES

FILE_FIELD = "file"
_MOST_PARTS, _MOST_PART_HEADERS = 20, 10
_LONGEST_TEXT = 20_000
_ROOM_FOR_FORM = 64_000
Look = Callable[[BinaryIO, str], None]


@dataclass(frozen=True)
class ReceivedForm:
    """A form with its one file, already in the file store; `size` in bytes."""

    fields: dict[str, str]
    file_name: str
    media_type: str
    size: int
    sha256: str

    @property
    def stored(self) -> dict[str, Any]:
        """What the file is, as the contracts take it: the gateway found it out for itself."""
        return {name: getattr(self, name) for name in ("file_name", "media_type", "size", "sha256")}


def receive_from(context: Context) -> ReceivedForm:
    """Takes the one file of a request's form, within what its account may have under way and may send in a while.

    Raises TooManyRequests, what `receive` raises, and what keeps people from opening the file (`errors.NOT_OPENED`).
    """
    caller, settings = context.caller, context.settings
    rule = "college-upload" if caller.has(*STAFF_ROLES) else "upload"
    context.services.limits.take_of(rule, str(caller.account_id or caller.name))
    with context.services.uploads.place(caller):
        account = str(caller.account_id or caller.name)

        def look(file: BinaryIO, kind: str) -> None:
            context.services.opener.check(file, kind, account)

        return receive(context.request, context.services.files, settings.largest_upload, settings.slowest_upload_s, look)


def receive(request: Request, store: FileStore, limit: int, within_s: float, look: Look) -> ReceivedForm:
    """Takes a form with one file of at most `limit` bytes, which is kept once `look` at it, and at what kind it is, lets it pass.

    Raises FileTooLarge while it is still arriving, UnsupportedMediaType, MalformedBody for a form that is broken or cut off,
    BodyTooSlow, StoreFull, Invalid for a form without a file, and what `look` raises. Whatever is refused leaves nothing behind.
    """
    kind, options = content_type(request)
    boundary = options.get("boundary", "")
    if kind != "multipart/form-data" or not 0 < len(boundary) <= 200:
        raise UnsupportedMediaType(expected="multipart/form-data")
    if (request.content_length or 0) > limit + _ROOM_FOR_FORM:
        raise FileTooLarge(limit_mb=limit // MEGABYTE)
    form = _Form(store, limit)
    try:
        with arriving(within_s):
            for event in _events(request, boundary.encode()):
                form.take(event)
        return form.keep(look)
    except RequestEntityTooLarge as error:
        raise BodyTooLarge(limit_kb=_ROOM_FOR_FORM // 1000) from error
    finally:
        form.abandon()


def _events(request: Request, boundary: bytes) -> Iterator[Event]:
    decoder, stream = MultipartDecoder(boundary, 4 * CHUNK, max_parts=_MOST_PARTS), request.environ["wsgi.input"]
    while not isinstance(event := decoder.next_event(), Epilogue):
        if isinstance(event, (Field, File)) and len(event.headers) > _MOST_PART_HEADERS:
            raise TooManyValues()
        if isinstance(event, NeedData):
            decoder.receive_data(stream.read(CHUNK) or None)  # None: it ended; if too early, the decoder raises ValueError
        else:
            yield event


@dataclass
class _Form:
    store: FileStore
    limit: int
    texts: dict[str, str] = field(default_factory=dict)
    _named: str = ""
    _upload: Upload | None = None
    _part: str | None = None
    _text: bytes = b""

    def take(self, event: Event) -> None:
        if isinstance(event, File):
            if event.name != FILE_FIELD or self._upload is not None:
                raise Invalid(errors=[{"field": event.name or "", "code": "unknown"}])
            self._named, self._part = event.filename, None
            self._upload = self.store.receive(self.limit)
        elif isinstance(event, Field):
            self._part, self._text = event.name or "", b""
        elif isinstance(event, Data):
            self._take_data(event)

    def _take_data(self, event: Data) -> None:
        if self._part is None:
            if self._upload is None:
                raise MalformedBody()
            self._upload.write(event.data)
            return
        self._text += event.data
        if len(self._text) > _LONGEST_TEXT:
            raise Invalid(errors=[{"field": self._part, "code": f"too_long {_LONGEST_TEXT}"}])
        if not event.more_data:
            self.texts[self._part] = self._text.decode()

    def keep(self, look: Look) -> ReceivedForm:
        if self._upload is None or not self._upload.size:
            # A form that was sent without choosing a file has one without a name.
            raise Invalid(errors=[{"field": FILE_FIELD, "code": "empty_file" if self._named else "required"}])
        upload, kind = self._upload, media_type(self._upload.head)
        with upload.written() as file:
            look(file, kind)
        sha256 = tpool.execute(upload.keep)  # waits for the disk in a thread, so that other requests go on
        self._upload = None
        return ReceivedForm(self.texts, clean_name(self._named, kind), kind, upload.size, sha256)

    def abandon(self) -> None:
        if self._upload is not None:
            self._upload.abandon()
            self._upload = None
