"""A registrant's file: the entry as the public sees it, and behind it each fact with its days and how the college came to say it."""

from collections.abc import Sequence

from gateway.context import Context
from gateway.http.responses import Response
from gateway.portal.kit.page import render
from gateway.portal.kit.texts import _, say
from gateway.portal.public.register import languages_of_care
from gateway.portal.staff.kit import colleagues
from services.contracts.registry.standing import GetRegistrantFile, KeptFact, RegistrantFile
from services.contracts.registry.words import STATES_OF_FACTS

_ACCOUNT = "account/"


def read(context: Context) -> RegistrantFile:
    """Gives the file that the address names. Raises NotFound, OwnMatter."""
    return context.ask(GetRegistrantFile, number=context.path["number"][:20])


def registrant(context: Context) -> Response:
    """Shows the file. Raises NotFound, OwnMatter."""
    file = read(context)
    return render(
        context,
        "staff/registrants/file.html",
        file=file,
        registrant=file.registrant,
        languages=languages_of_care(context.college, file.registrant.languages_of_care, context.language),
        groups=[(words, facts) for state, words in STATES_OF_FACTS.items() if (facts := _of(file, state))],
        recorded_by=_recorded_by(context, file.facts),
    )


def _of(file: RegistrantFile, state: str) -> list[KeptFact]:
    return [fact for fact in file.facts if fact.state == state]


def _recorded_by(context: Context, facts: Sequence[KeptFact]) -> dict[str, str]:
    """Gives who recorded the facts in words, by the actors' names: persons as colleagues know them, all else by what it is."""
    actors = {fact.recorded_by for fact in facts}
    people = {actor: actor.removeprefix(_ACCOUNT) for actor in actors if actor.startswith(_ACCOUNT)}
    names = colleagues.named(context, people.values())
    automatic = say(context.language, _("Automatically"))
    return dict.fromkeys(actors, automatic) | {actor: names[account_id] for actor, account_id in people.items()}
