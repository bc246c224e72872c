"""What applications announces."""

from services.common.kernel.contract import Event
from services.common.kernel.validation import Schema, fields
from services.contracts import shapes
from services.contracts.applications.shapes import Bilingual
from services.contracts.terms import stated_terms


class _OfApplication(Schema):
    application_id = fields.UUID(required=True)
    account_id = fields.UUID(required=True)
    reference = fields.String(required=True)


class AskedFor(Schema):
    """One thing that the college asks for, named as on the form."""

    name = fields.Nested(Bilingual, required=True)
    reason = fields.String(required=True)


class ApplicationSubmitted(Event):
    """An applicant submitted an application for the first time; its form is read-only from here on."""

    listeners = ("correspondence", "identity")

    class Data(_OfApplication):
        """The application."""

        category = fields.String(required=True)
        applicant_name = fields.String(required=True)
        submitted_at = shapes.instant(required=True)


class MoreInformationRequested(Event):
    """The college asked the applicant for more."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """What and by when."""

        items = fields.List(fields.Nested(AskedFor), required=True)
        due_on = fields.Date(required=True, allow_none=True)


class InformationReceived(Event):
    """The applicant answered what the college had asked for."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """When."""

        received_at = shapes.instant(required=True)


class ApplicationFoundComplete(Event):
    """The college found that nothing is missing in an application: the written acknowledgement of R14."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """When."""

        found_at = shapes.instant(required=True)


class DocumentReceived(Event):
    """A document of an application came to the college from others, or by post (F28)."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """Which, named as on the checklist."""

        document_id = fields.UUID(required=True)
        name = fields.Nested(Bilingual, required=True)
        received_at = shapes.instant(required=True)


class DocumentNotAccepted(Event):
    """The college looked at a document of an application and cannot accept it (F29)."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """Which, named as on the checklist, and why; whoever provides it is `applicant`, `institution` or `staff`."""

        document_id = fields.UUID(required=True)
        name = fields.Nested(Bilingual, required=True)
        provided_by = fields.String(required=True)
        reason = fields.String(required=True)


class ApplicationApproved(Event):
    """The college approved an application, perhaps with conditions: all that is needed to invoice and to register the person."""

    listeners = ("billing", "registry", "correspondence")

    class Data(_OfApplication):
        """The person as the register will show them."""

        category = fields.String(required=True)
        legal_name = fields.String(required=True)
        first_name = fields.String(required=True)
        last_name = fields.String(required=True)
        commonly_used_name = fields.String(required=True, allow_none=True)
        languages_of_care = fields.List(fields.String(), required=True)
        terms = stated_terms()
        conditions = fields.List(fields.String(), required=True)  # as an earlier release reads them
        reasons = fields.String(load_default=None, allow_none=True)  # for the conditions
        approved_at = shapes.instant(required=True)


class ApplicationRefused(Event):
    """The college refused an application, with written reasons."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """Why."""

        reasons = fields.String(required=True)
        decided_at = shapes.instant(required=True)


class ApplicationWithdrawn(Event):
    """The applicant withdrew the application."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """When."""

        withdrawn_at = shapes.instant(required=True)


class ApplicationLapsed(Event):
    """An application had no action for as long as the profile allows, and is closed (R2)."""

    listeners = ("correspondence",)

    class Data(_OfApplication):
        """Since when nothing happened."""

        last_action_at = shapes.instant(required=True)
