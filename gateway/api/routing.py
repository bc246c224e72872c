"""The route table: each address of the API is declared once, with the contract that answers it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from marshmallow import fields

from gateway.http.body_bounds import Bounds, bounds_of_fields
from services.common.kernel.contract import Call

PREFIX = "/api/v1"
PDF = "application/pdf"
_PARAMETER = re.compile(r"{(\w+)}")


class Kind(Enum):
    """How bodies travel. JSON both ways needs no code of its own."""

    JSON = "json"
    UPLOAD = "upload"  # a multipart form with one file, streamed into the file store
    DOWNLOAD = "download"  # a file, streamed out of the file store
    WEBHOOK = "webhook"  # the raw body and its signature, passed on as they are
    FORM = "form"  # the form, and the errors, of an OAuth token endpoint


class Tag(Enum):
    """What an entity tag (ETag) is made of."""

    VERSION = "version"  # the `version` of the reply
    CONTENT = "content"  # a digest of the reply


@dataclass(frozen=True)
class Route:
    """One address with one method.

    Fields named in the path come from there. Of the others, those of GET and DELETE come from the query, those of POST and PUT
    from the body, and the one that `if_match` names from the If-Match header. `rate` names a rate limit; `location` tells where a
    thing that was made is found, filled from the reply. `operation` names it in the OpenAPI document where several services answer
    calls of the same name. `sends` are the media types of a download.
    """

    method: str
    path: str
    contract: type[Call]
    status: int = 200
    kind: Kind = Kind.JSON
    if_match: str | None = None
    tag: Tag | None = None
    cache_control: str = "no-store"
    rate: str | None = None
    location: str | None = None
    operation: str | None = None
    sends: tuple[str, ...] = (PDF,)

    @property
    def address(self) -> str:
        """The path as a client asks for it, with `{parameters}`."""
        return PREFIX + self.path

    @property
    def operation_id(self) -> str:
        """The name of the operation in the OpenAPI document."""
        return self.operation or self.contract.method

    @property
    def rule(self) -> str:
        """The address in werkzeug's notation."""
        return _PARAMETER.sub(r"<\1>", self.address)

    @cached_property
    def request_fields(self) -> dict[str, fields.Field]:
        """The fields of the contract's request."""
        return dict(self.contract.Request.schema().fields)

    @cached_property
    def path_fields(self) -> tuple[str, ...]:
        """The fields that the path names, in its order."""
        return tuple(_PARAMETER.findall(self.path))

    @cached_property
    def other_fields(self) -> tuple[str, ...]:
        """The fields that neither the path nor If-Match gives."""
        given = {*self.path_fields, self.if_match}
        return tuple(name for name in self.request_fields if name not in given)

    @cached_property
    def query_fields(self) -> tuple[str, ...]:
        """The fields that the query gives."""
        return self.other_fields if self.method in {"GET", "DELETE"} else ()

    @cached_property
    def bounds(self) -> Bounds:
        """How much a JSON body may hold."""
        return bounds_of_fields((name, self.request_fields[name]) for name in self.body_fields)

    @cached_property
    def body_fields(self) -> tuple[str, ...]:
        """The fields that the body gives."""
        return self.other_fields if self.method in {"POST", "PUT"} else ()


class DoublyRouted(TypeError):
    """Two routes have the same address and method, or answer with the same contract."""


def checked(routes: Iterable[Route]) -> tuple[Route, ...]:
    """Gives the table; raises DoublyRouted, and KeyError for a path parameter that the contract has no field for."""
    table = tuple(routes)
    for key in (lambda route: (route.method, route.path), lambda route: route.contract):
        seen: set[object] = set()
        for route in table:
            if key(route) in seen:
                raise DoublyRouted(f"{route.method} {route.path} ({route.contract.__qualname__})")
            seen.add(key(route))
    for route in table:
        for name in route.path_fields:
            route.request_fields[name]
    return table
