"""Certificates that wait for a font, and having them tried again."""

from services.common.kernel.text import Text
from services.contracts.registry import ListHeldCertificates, MakeHeldCertificates
from staff.terminal.commands import command
from staff.terminal.context import Context
from staff.terminal.show import Page, instant


@command(
    "held-certificates",
    Text(
        "List the certificates that wait for a font, with the letters that none has.",
        "Lister les certificats qui attendent une police, avec les caractères qui manquent.",
    ),
    "held-certificates",
)
def held_certificates(context: Context) -> None:
    """Lists what waits for a font."""
    context.show(ListHeldCertificates, context.call(ListHeldCertificates), _draw)


@command(
    "make-certificates",
    Text(
        "Try every certificate that waits for a font again.",
        "Relancer la production de tous les certificats qui attendent une police.",
    ),
    "make-certificates",
)
def make_certificates(context: Context) -> None:
    """Has them tried again."""
    context.show(
        MakeHeldCertificates,
        context.call(MakeHeldCertificates),
        lambda page, reply: page.line(page.text("certificates-tried", count=reply.tried)),
    )


def _draw(page: Page, reply: ListHeldCertificates.Reply) -> None:
    if not reply.certificates:
        page.line(page.text("no-held-certificates"))
        return
    page.table(
        ("certificate", "registration-number", "letters", "held"),
        (
            (
                certificate.certificate_number,
                certificate.registration_number,
                " ".join(certificate.letters),
                instant(certificate.held_at),
            )
            for certificate in reply.certificates
        ),
    )


COMMANDS = (held_certificates, make_certificates)
