"""What others find at agreed addresses (RFC 8615): the public keys that access tokens are verified with."""

import hashlib
from collections.abc import Mapping

import orjson

from gateway.edge import Edge
from gateway.requests import Request
from gateway.responses import Response, matches, not_modified, of_bytes, quoted

JWK_SET = "application/jwk-set+json"


def jwks(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Gives the key set (RFC 7517); kept for five minutes, and asked for anew by whoever meets a key that it lacks."""
    content = orjson.dumps(edge.verifier.key_set())
    tag = hashlib.sha256(content).hexdigest()[:32]
    headers = [("ETag", quoted(tag)), ("Cache-Control", "public, max-age=300")]
    if matches(request.header("If-None-Match"), tag):
        return not_modified(headers)
    return of_bytes(content, JWK_SET, 200, headers)


WELL_KNOWN = {("GET", "/.well-known/jwks.json"): jwks}
