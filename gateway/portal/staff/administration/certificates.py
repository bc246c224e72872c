"""Certificates that wait for a font: which, whose by their numbers, for which letters; and having them tried again."""

import unicodedata
from collections.abc import Mapping

from gateway.http.requests import Request
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.rpc import ask
from gateway.services import Edge
from services.contracts.registry import ListHeldCertificates, MakeHeldCertificates

PAGE = "/staff/certificates"


def held(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Lists them, oldest first."""
    found = ask(edge, request, ListHeldCertificates)
    letters = {letter: _named(letter) for one in found["certificates"] for letter in one["letters"]}
    return render(edge, request, "staff/certificates.html", found=found, letters=letters)


def make(edge: Edge, request: Request, _path: Mapping[str, str]) -> Response:
    """Has all of them tried again; those that can be made go from the list in a moment."""
    ask(edge, request, MakeHeldCertificates)
    flash(edge, request, Said.CERTIFICATES_TRIED)
    return redirect(PAGE)


def _named(letter: str) -> str:
    return unicodedata.name(chr(int(letter.removeprefix("U+"), 16)), "")
