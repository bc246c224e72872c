"""Makes the PDF of a certificate: printed from its template with a QR code, then sealed with the college's key (B4)."""

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from eventlet import tpool
from eventlet.semaphore import Semaphore

from services.common.documents import pdf
from services.common.documents.pdf_seal import Sealer
from services.common.documents.qr import qr_svg
from services.common.kernel.dates import written_date
from services.common.kernel.text import Text
from services.contracts.both_languages import said
from services.contracts.college import College, CollegeOnDay
from services.contracts.terms import Term

Language = Literal["en", "fr"]
TEMPLATE = Path(__file__).resolve().parent / "templates" / "certificate.typ"
TITLE = Text("Certificate of registration {number}", "Certificat d’inscription {number}")
REASON = Text("Certificate of registration", "Certificat d’inscription")
SEAL_LABEL = Text("Digital seal of the {college}", "Sceau numérique – {college}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a certificate says."""

    number: str
    verification_code: str
    issued_on: date
    registration_number: str
    first_registered_on: date
    registrant_name: str
    category: str
    terms: tuple[Term, ...]


class CertificateRenderer:
    """Prints and seals certificates, whose QR codes lead to `public_url`."""

    def __init__(self, sealer: Sealer, public_url: str) -> None:
        self._sealer, self._public_url = sealer, public_url.rstrip("/")
        self._one_at_a_time, self._has_made_one = Semaphore(1), False

    def make(self, college: College, contents: Contents, language: Language) -> bytes:
        """Makes the sealed PDF in one language; takes about 100 ms of a thread while other work goes on.

        Raises pdf.MissingLetters for one that would be sealed with a gap, pdf.PdfError, pdf_seal.SealError.
        """
        title = TITLE.format(language, number=contents.number)
        on_day = college.on(contents.issued_on)  # the college as it was, also where the file is made again later
        data = self.data(on_day, contents, language)
        seal = {
            "reason": REASON.in_(language),
            "location": f"{on_day.postal_address.city}, {on_day.postal_address.province}",
            "field_label": SEAL_LABEL.format(language, college=on_day.name.in_(language)),
        }

        def print_and_seal() -> bytes:
            return self._sealer.seal(pdf.render(TEMPLATE, data, language, title, whole=True), **seal)

        # Two threads that want one lock hang for ever: eventlet's locks know the greenlets of one thread only. So what takes locks
        # stays here: putting words together (Babel's tables), and the first time (modules and loggers that are loaded when needed).
        with self._one_at_a_time:
            made = tpool.execute(print_and_seal) if self._has_made_one else print_and_seal()
        self._has_made_one = True
        return made

    def data(self, college: CollegeOnDay, contents: Contents, language: str) -> dict[str, Any]:
        """What the template is given, by the college as it was on the day of issue."""
        address = f"{self._public_url}/verify/{contents.verification_code}"
        return {
            "document_date": contents.issued_on.isoformat(),
            "theme": {"color": college.theme.colours["brand"]},
            "college": {"name": {"en": college.name.en, "fr": college.name.fr}},
            "registrant_name": contents.registrant_name,
            "category_title": college.category(contents.category).title.in_(language),
            "registration_number": contents.registration_number,
            "first_registered_on": written_date(contents.first_registered_on, language),
            "effective_on": written_date(contents.issued_on, language),
            "certificate_number": contents.number,
            "terms": [asdict(said(term, language)) for term in contents.terms] or None,
            "registrar": {"name": college.registrar_name.in_(language), "title": college.registrar_title.in_(language)},
            "act": college.words.act.in_(language),
            "verification_url": address,
            "qr_svg": qr_svg(address),
        }
