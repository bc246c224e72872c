"""QR codes as SVG, for documents and pages."""

import io

import segno


def qr_svg(address: str) -> str:
    """Return an SVG image of a QR code that holds the address: black on nothing, with the quiet zone that readers need.

    Error correction is at least level M (15 %), so that a worn or stained print still reads.
    """
    out = io.BytesIO()
    code = segno.make_qr(address, error="m")
    code.save(out, kind="svg", border=4, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return out.getvalue().decode("utf-8")
