"""Errors that cross the bus: a code, a status and words in both languages; typed on both sides."""

from typing import Any, ClassVar

from services.common.kernel.text import Text

# Where nameko's own clients look for a class of theirs: a name on the wire, which does not move with our files.
_PATH = "services.common.kernel.errors"


class ServiceError(Exception):
    """A refusal that the caller can act on. Subclasses give the code, the HTTP status and the words; `params` fill the words."""

    code: ClassVar[str] = "internal_error"
    status: ClassVar[int] = 500
    title: ClassVar[Text] = Text("Something went wrong on our side.", "Une erreur s’est produite de notre côté.")
    detail: ClassVar[Text] = Text(
        "Nothing was lost. Please try again in a moment.", "Rien n’a été perdu. Veuillez réessayer dans un instant."
    )
    by_code: ClassVar[dict[str, type["ServiceError"]]] = {}

    def __init__(self, **params: Any) -> None:
        super().__init__(self.code, params)
        self.params = params

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if ServiceError.by_code.setdefault(cls.code, cls).__qualname__ != cls.__qualname__:
            raise TypeError(f"the error code {cls.code} is taken by {ServiceError.by_code[cls.code].__qualname__}")

    def __str__(self) -> str:
        return f"{self.code}: {self.say('en')}"

    def say(self, language: str) -> str:
        """Says what happened and what to do, in the person's language."""
        try:
            return self.detail.format(language, **self.params)
        except (KeyError, IndexError):
            return self.title.in_(language)

    def to_wire(self) -> dict[str, Any]:
        """Gives the error as nameko's wire format carries it, with our code and parameters beside."""
        return {
            "exc_type": type(self).__name__,
            "exc_path": f"{_PATH}.{type(self).__qualname__}",
            "exc_args": [],
            "value": str(self),
            "code": self.code,
            "params": self.params,
        }

    @staticmethod
    def from_wire(error: dict[str, Any]) -> "ServiceError":
        """Makes the typed error again; one that this process does not know keeps its code and becomes a RemoteError."""
        known = ServiceError.by_code.get(error.get("code") or "")
        if known is None:
            return RemoteError(remote_code=error.get("code"), exc_type=error.get("exc_type"))
        return known(**error.get("params", {}))


class RemoteError(ServiceError):
    """The service failed in a way it did not foresee; its own log has the trace, under the same correlation id."""

    code = "remote_error"


class Invalid(ServiceError):
    """The request does not fit its contract; `errors` names each field with codes of what is wrong."""

    code = "invalid"
    status = 422
    title = Text("Some of what was sent cannot be accepted.", "Certains renseignements ne peuvent pas être acceptés.")
    detail = Text("See the list of fields.", "Voyez la liste des champs.")


class Unauthenticated(ServiceError):
    """No sign-in, or one that has run out."""

    code = "unauthenticated"
    status = 401
    title = Text("Please sign in.", "Veuillez vous connecter.")
    detail = Text(
        "You are not signed in, or your session has ended. Sign in and try again.",
        "Vous n’êtes pas connecté(e), ou votre session a pris fin. Connectez-vous et réessayez.",
    )


class Forbidden(ServiceError):
    """The caller is known but has no role that may do this."""

    code = "forbidden"
    status = 403
    title = Text("You don’t have access to this page.", "Vous n’avez pas l’autorisation de faire ceci.")
    detail = Text(
        "Your account has no role that allows it. Ask the College if you think it should.",
        "Votre compte n’a pas le rôle nécessaire. Communiquez avec l’Ordre si vous croyez qu’il devrait l’avoir.",
    )


class OwnMatter(ServiceError):
    """The call is about the caller, and must be made by somebody else."""

    code = "own_matter"
    status = 403
    title = Text("You can’t do this for yourself.", "Vous ne pouvez pas faire ceci pour vous-même.")
    detail = Text("A colleague has to do it.", "Une ou un collègue doit s’en charger.")


class NotFound(ServiceError):
    """There is no such thing, or the caller may not know that there is."""

    code = "not_found"
    status = 404
    title = Text("We could not find this.", "Nous n’avons pas trouvé ce que vous cherchez.")
    detail = Text("Check the address or the number and try again.", "Vérifiez l’adresse ou le numéro et réessayez.")


class Conflict(ServiceError):
    """Somebody else, or an earlier try, has changed what this request relied on."""

    code = "conflict"
    status = 409
    title = Text("This was changed in the meantime.", "Ceci a été modifié entre-temps.")
    detail = Text("Load it again and repeat your change.", "Chargez de nouveau la page et refaites votre modification.")


class VersionMismatch(Conflict):
    """The edit was made on an older version than the one now stored (If-Match)."""

    code = "version_mismatch"
    status = 412


class IdempotencyKeyReused(ServiceError):
    """The same idempotency key came with another request."""

    code = "idempotency_key_reused"
    status = 422
    title = Text(
        "This idempotency key was used for another request.", "Cette clé d’idempotence a déjà servi à une autre demande."
    )
    detail = Text("Send a new key with a new request.", "Envoyez une nouvelle clé avec une nouvelle demande.")


class Unavailable(ServiceError):
    """A part of the system is not there at the moment; nothing was done, so the caller may try again."""

    code = "unavailable"
    status = 503
    title = Text(
        "This part of the system is not available at the moment.", "Cette partie du système n’est pas accessible en ce moment."
    )
    detail = Text("Please try again in a few seconds.", "Veuillez réessayer dans quelques secondes.")


class OutcomeUnknown(Unavailable):
    """The answer did not come within the deadline: it may or may not have been done. Repeat with the same idempotency key."""

    code = "outcome_unknown"
    detail = Text(
        "It took too long to get an answer. You can repeat the request safely.",
        "La réponse a mis trop de temps. Vous pouvez répéter la demande sans risque.",
    )


class NotReplayable(Conflict):
    """The letter does not say which handler it failed in, or that handler's queue is gone: it can only be discarded."""

    code = "dead_letter_not_replayable"
    title = Text("This message cannot be replayed.", "Ce message ne peut pas être relancé.")
    detail = Text(
        "It names no handler of this service that still exists. Discard it, with a note of why.",
        "Il ne désigne aucun traitement de ce service qui existe encore. Écartez-le, avec une note qui explique pourquoi.",
    )
