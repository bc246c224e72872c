"""What applications announces."""

from datetime import date, datetime
from uuid import UUID

from services.common.kernel.contract import Event
from services.common.kernel.records import Record, of
from services.contracts.applications.shapes import Bilingual
from services.contracts.terms import StatedTerm, stated_terms


class OfApplication(Record):
    """What every fact about an application tells: which, and whose."""

    application_id: UUID
    account_id: UUID
    reference: str


class AskedFor(Record):
    """One thing that the college asks for, named as on the form."""

    name: Bilingual
    reason: str


class ApplicationSubmitted(Event):
    """An applicant submitted an application for the first time; its form is read-only from here on."""

    listeners = ("correspondence", "identity", "billing")

    class Data(OfApplication):
        """The application; `charge` is what must be paid before it counts as complete (R8), of the profile's `charges.yaml`."""

        category: str
        applicant_name: str
        submitted_at: datetime
        charge: str | None = None


class SubmissionPaid(Event):
    """What a submission costs was paid and taken up: it counts as complete as far as money goes (R8)."""

    listeners = ("billing",)

    class Data(OfApplication):
        """By which invoice, and when."""

        invoice_number: str
        paid_at: datetime


class MoreInformationRequested(Event):
    """The college asked the applicant for more."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """What and by when."""

        items: list[AskedFor]
        due_on: date | None


class InformationReceived(Event):
    """The applicant answered what the college had asked for."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """When."""

        received_at: datetime


class ApplicationFoundComplete(Event):
    """The college found that nothing is missing in an application: the written acknowledgement of R14."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """When."""

        found_at: datetime


class DocumentReceived(Event):
    """A document of an application came to the college from others, or by post (F28)."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """Which, named as on the checklist."""

        document_id: UUID
        name: Bilingual
        received_at: datetime


class DocumentNotAccepted(Event):
    """The college looked at a document of an application and cannot accept it (F29)."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """Which, named as on the checklist, and why; whoever provides it is `applicant`, `institution` or `staff`."""

        document_id: UUID
        name: Bilingual
        provided_by: str
        reason: str


class ApplicationApproved(Event):
    """The college approved an application, perhaps with conditions: all that is needed to invoice and to register the person."""

    listeners = ("billing", "registry", "correspondence")

    class Data(OfApplication):
        """The person as the register will show them."""

        category: str
        legal_name: str
        first_name: str
        last_name: str
        commonly_used_name: str | None
        languages_of_care: list[str]
        terms: list[StatedTerm] | None = of(stated_terms(), default=None)
        conditions: list[str]  # as an earlier release reads them
        reasons: str | None = None  # for the conditions
        approved_at: datetime


class Address(Record):
    """Where something is; what the college's form does not ask is missing."""

    street: str | None = None
    city: str | None = None
    province: str | None = None
    postal_code: str | None = None
    country: str | None = None


class Site(Address):
    """A place of practice."""

    name: str
    phone: str | None = None


class ApplicantDescribed(Event):
    """What an approved application says of the person beside what is public: for the registry alone, whose facts it becomes."""

    listeners = ("registry",)

    class Data(OfApplication):
        """The person, as far as the college's form asks."""

        previous_names: list[str]
        date_of_birth: date | None
        phone: str | None
        home_address: Address | None
        site: Site | None


class ApplicationRefused(Event):
    """The college refused an application, with written reasons."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """Why."""

        reasons: str
        decided_at: datetime


class ApplicationWithdrawn(Event):
    """The applicant withdrew the application."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """When."""

        withdrawn_at: datetime


class ApplicationLapsed(Event):
    """An application had no action for as long as the profile allows, and is closed (R2)."""

    listeners = ("correspondence",)

    class Data(OfApplication):
        """Since when nothing happened."""

        last_action_at: datetime
