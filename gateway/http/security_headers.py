"""Headers that every response carries, so that a browser does no more with it than it should."""

API_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-src 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# A document that a page of ours shows within itself: it runs nothing and loads nothing, and nobody else may frame it.
FRAMED_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; object-src 'self'; frame-ancestors 'self'; base-uri 'none'"
)
_COMMON = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "strict-origin"),  # never the token in an address; with `no-referrer` our own forms had the Origin `null`
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
)
_YEAR_S = 31_536_000


def security_headers(policy: str, behind_tls: bool) -> list[tuple[str, str]]:
    """Gives the headers for a content policy; strict transport security only where the outside speaks TLS."""
    framing = "SAMEORIGIN" if policy == FRAMED_POLICY else "DENY"
    headers = [("Content-Security-Policy", policy), ("X-Frame-Options", framing), *_COMMON]
    if behind_tls:
        headers.append(("Strict-Transport-Security", f"max-age={_YEAR_S}; includeSubDomains"))
    return headers
