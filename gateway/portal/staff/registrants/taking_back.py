"""Taking back a fact that was entered by mistake or is not to come: asked before it is done, with a note of why."""

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.flash import Said, flash
from gateway.portal.kit.forms import Form, handle
from gateway.portal.kit.page import redirect, render
from gateway.portal.kit.texts import _
from gateway.portal.staff.registrants import file
from gateway.portal.staff.registrants.finding import page_of
from services.common.kernel.errors import NotFound
from services.contracts.registry.standing import NotToBeTakenBack, TakeBackFact

LABELS = {"note": _("Why it is taken back")}


def take_back(context: Context) -> Response:
    """Shows the fact and asks why; then takes it back. Raises NotFound for a fact that is not on file, NotToBeTakenBack."""

    def show(form: Form) -> Response:
        kept = file.read(context)
        fact = next((fact for fact in kept.facts if str(fact.id) == context.path["fact_id"]), None)
        if fact is None:
            raise NotFound()
        if not fact.may_be_taken_back:
            raise NotToBeTakenBack()
        return render(context, "staff/registrants/take_back.html", form=form, registrant=kept.registrant, fact=fact)

    def send(form: Form) -> Response:
        number, fact_id = context.path["number"][:20], context.path["fact_id"]
        kept = context.ask(TakeBackFact, number=number, fact_id=fact_id, **form.gathered("note"))
        flash(context, Said.FACT_TAKEN_BACK)
        return redirect(page_of(kept.registrant.registration_number))

    return handle(context, LABELS, show, send)
