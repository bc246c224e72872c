"""Certificates that wait for a font: which, whose by their numbers, for which letters; and having them tried again."""

import unicodedata
from collections.abc import Mapping

from gateway.edge import Edge
from gateway.portal.ask import ask
from gateway.portal.flash import Said, flash
from gateway.portal.page import redirect, render
from gateway.requests import Request
from gateway.responses import Response
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
