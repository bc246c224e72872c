"""The headers that keep a browser from doing more with an answer than it should."""

import pytest

from gateway.http.security_headers import API_POLICY, PAGE_POLICY, security_headers


def directives(policy):
    return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))


@pytest.mark.parametrize("policy", [API_POLICY, PAGE_POLICY])
def test_nothing_is_loaded_from_elsewhere_and_nothing_of_ours_is_framed(policy):
    headers = dict(security_headers(policy, behind_tls=True))
    told = directives(headers["Content-Security-Policy"])
    assert (told["default-src"], told["frame-ancestors"], told["base-uri"]) == ("'none'", "'none'", "'none'")
    assert set(told.values()) <= {"'none'", "'self'"}  # what scripts and styles there are come from our own files, none is inline
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] in {"no-referrer", "strict-origin"}  # mailed links have a secret in their query
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_https_is_kept_for_a_year_with_all_subdomains():
    headers = dict(security_headers(PAGE_POLICY, behind_tls=True))
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
