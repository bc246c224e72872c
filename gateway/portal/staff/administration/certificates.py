"""Certificates that wait for a font: which, whose by their numbers, for which letters; and having them tried again."""

import unicodedata

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.page import redirect, render
from services.contracts.registry import ListHeldCertificates, MakeHeldCertificates

PAGE = "/staff/certificates"


def held(context: Context) -> Response:
    """Lists them, oldest first."""
    found = context.ask(ListHeldCertificates)
    letters = {letter: _named(letter) for certificate in found.certificates for letter in certificate.letters}
    return render(context, "staff/certificates.html", found=found, letters=letters)


def make(context: Context) -> Response:
    """Has all of them tried again; those that can be made go from the list in a moment."""
    context.ask(MakeHeldCertificates)
    flash(context, Said.CERTIFICATES_TRIED)
    return redirect(PAGE)


def _named(letter: str) -> str:
    return unicodedata.name(chr(int(letter.removeprefix("U+"), 16)), "")
