"""What others find at agreed addresses (RFC 8615): the keys that access tokens are verified with, and whom to tell of a hole."""

import datetime as dt
import hashlib

import orjson

from gateway.context import Context
from gateway.http.responses import Response, matches, not_modified, of_bytes, quoted
from services.common.kernel import clock

JWK_SET = "application/jwk-set+json"
# RFC 9116 recommends less than a year: whoever reads an old copy is to ask again.
_GOOD_FOR = dt.timedelta(days=180)


def jwks(context: Context) -> Response:
    """Gives the key set (RFC 7517); kept for five minutes, and asked for anew by whoever meets a key that it lacks."""
    content = orjson.dumps(context.services.verifier.key_set())
    tag = hashlib.sha256(content).hexdigest()[:32]
    headers = [("ETag", quoted(tag)), ("Cache-Control", "public, max-age=300")]
    if matches(context.request.header("If-None-Match"), tag):
        return not_modified(headers)
    return of_bytes(content, JWK_SET, 200, headers)


def security_txt(context: Context) -> Response:
    """Gives whom to tell of a hole in the system (RFC 9116): the college's own address, in either language."""
    until = dt.datetime.combine(clock.now().date() + _GOOD_FOR, dt.time(), dt.UTC)
    lines = (
        f"Contact: mailto:{context.college.addresses.info}",
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en, fr",
        f"Canonical: {context.settings.public_url}{SECURITY_TXT}",
    )
    content = "".join(f"{line}\n" for line in lines).encode()
    return of_bytes(content, "text/plain; charset=utf-8", 200, [("Cache-Control", "public, max-age=86400")])


SECURITY_TXT = "/.well-known/security.txt"
WELL_KNOWN = {("GET", "/.well-known/jwks.json"): jwks, ("GET", SECURITY_TXT): security_txt}
