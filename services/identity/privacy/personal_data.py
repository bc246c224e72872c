"""What identity holds of a person (R15): account, sign-ins, factors, requests to support, delegates. See `common/duties/personal_data.py`.

Beside hashes and secrets this leaves out legal holds, whose reasons are the college's counsel's; the address of whoever the person acts for;
and what was stated in a request that was not approved: it may have been somebody else who asked.
"""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from services.common.duties import personal_data
from services.common.duties.personal_data import Section
from services.common.duties.personal_data_calls import PersonalData
from services.common.kernel.errors import NotFound
from services.common.kernel.text import Text
from services.common.persistence.unit_of_work import UnitOfWork
from services.contracts import identity as contracts
from services.identity.accounts import lookup
from services.identity.models import (
    AccessRequest,
    Account,
    Delegation,
    Factor,
    FailedTry,
    HeldRole,
    KnownPlace,
    MailedLink,
    RecoveryCode,
    SignInSession,
)

_STATE, _NAME, _PAGES = Text("State", "État"), Text("Name", "Nom"), Text("Pages", "Pages")
_INVITED, _ACCEPTED, _ENDED = (
    Text("Invited", "Invitation envoyée le"),
    Text("Accepted", "Acceptée le"),
    Text("Ended", "Terminée le"),
)


def read(work: UnitOfWork, account_id: UUID | None) -> PersonalData:
    """Gives it to the person, or to an auditor. Raises Forbidden, and NotFound where there is no such account."""
    return personal_data.answer(work, contracts.personal_data.GetPersonalData, account_id, _gather)


def _gather(work: UnitOfWork, account_id: UUID) -> Iterator[Section]:
    account = lookup.by_id(work.session, account_id)
    if account is None:
        raise NotFound()
    yield _account(account)
    yield Section(
        "roles",
        Text("Roles", "Rôles"),
        {"role": Text("Role", "Rôle"), "granted_at": Text("Granted", "Accordé le")},
        _of_account(work, HeldRole, account_id, HeldRole.granted_at),
    )
    yield from _signing_in(work, account_id)
    yield _requests(work, account_id)
    yield from _delegations(work, account_id)


def _of_account(work: UnitOfWork, model: Any, account_id: UUID, at: Any) -> Any:
    return work.session.scalars(select(model).filter_by(account_id=account_id).order_by(at, *model.__table__.primary_key))


def _account(account: Account) -> Section:
    return Section(
        "account",
        Text("Account", "Compte"),
        {
            "id": Text("Account number", "Numéro du compte"),
            "email": Text("Email", "Courriel"),
            "application_id": Text("Application ID", "Identifiant de demande"),
            "name": _NAME,
            "language": Text("Language", "Langue"),
            "opened_at": Text("Opened", "Ouvert le"),
            "activated_at": Text("Activated", "Activé le"),
            "email_frozen_at": Text("Address frozen", "Adresse verrouillée le"),
            "suspended_at": Text("Suspended", "Suspendu le"),
            "reset_required_at": Text("New password needed since", "Nouveau mot de passe exigé depuis le"),
            "migrated_at": Text("Taken over from the earlier system", "Repris de l’ancien système le"),
            "invited_at": Text("Invited", "Invitation envoyée le"),
        },
        [account],
    )


def _signing_in(work: UnitOfWork, account_id: UUID) -> Iterator[Section]:
    yield Section(
        "sessions",
        Text("Sign-ins", "Connexions"),
        {
            "begun_at": Text("Begun", "Début"),
            "rotated_at": Text("Last used", "Dernière utilisation"),
            "ended_at": Text("Ended", "Fin"),
            "expires_at": Text("Expires", "Expiration"),
            "address": Text("Network address", "Adresse réseau"),
            "device": Text("Device", "Appareil"),
            "second_factor": Text("With two-step verification", "Avec la validation en deux étapes"),
        },
        _of_account(work, SignInSession, account_id, SignInSession.begun_at),
    )
    failures = select(FailedTry.at).filter_by(subject=f"account/{account_id}").order_by(FailedTry.at)
    yield Section(
        "failed_tries",
        Text("Sign-ins that failed lately", "Tentatives de connexion échouées récemment"),
        {"at": Text("When", "Quand")},
        work.session.execute(failures).mappings(),
    )
    yield Section(
        "known_places",
        Text("Networks that you signed in from", "Réseaux d’où vous vous êtes connecté"),
        {"seen_at": Text("Last seen", "Vu la dernière fois le")},
        _of_account(work, KnownPlace, account_id, KnownPlace.seen_at),
    )
    yield Section(
        "factors",
        Text("Two-step verification", "Validation en deux étapes"),
        {
            "kind": Text("Kind", "Type"),
            "name": _NAME,
            "added_at": Text("Added", "Ajouté le"),
            "last_used_at": Text("Last used", "Dernière utilisation"),
        },
        _of_account(work, Factor, account_id, Factor.added_at),
    )
    codes = work.session.scalar(select(func.count()).select_from(RecoveryCode).filter_by(account_id=account_id))
    yield Section(
        "recovery_codes",
        Text("Recovery codes", "Codes de récupération"),
        {"left": Text("Not used yet", "Pas encore utilisés")},
        [{"left": codes}],
    )
    yield Section(
        "mailed_links",
        Text("Links that were mailed and still work", "Liens envoyés par courriel et encore valides"),
        {
            "purpose": Text("Purpose", "But"),
            "issued_at": Text("Issued", "Envoyé le"),
            "expires_at": Text("Expires", "Expiration"),
        },
        _of_account(work, MailedLink, account_id, MailedLink.issued_at),
    )


def _requests(work: UnitOfWork, account_id: UUID) -> Section:
    columns = {
        "reference": Text("Reference", "Référence"),
        "kind": Text("Kind", "Type"),
        "state": _STATE,
        "asked_at": Text("Asked", "Présentée le"),
        "decided_at": Text("Decided", "Décidée le"),
        "contact_email": Text("Address given", "Adresse donnée"),
        "stated": Text("What was stated", "Ce qui a été déclaré"),
        "message": Text("Message", "Message"),
        "checks": Text("What was checked", "Ce qui a été vérifié"),
    }
    told = ("reference", "kind", "state", "asked_at", "decided_at")
    rows = [
        {code: getattr(request, code) if code in told or request.state == "approved" else None for code in columns}
        for request in _of_account(work, AccessRequest, account_id, AccessRequest.asked_at)
    ]
    return Section("access_requests", Text("Requests for access", "Demandes de rétablissement de l’accès"), columns, rows)


def _delegations(work: UnitOfWork, account_id: UUID) -> Iterator[Section]:
    times = {"invited_at": _INVITED, "accepted_at": _ACCEPTED, "ended_at": _ENDED}
    person = {"delegate_name": _NAME, "delegate_email": Text("Address that you gave", "Adresse que vous avez donnée")}
    yield Section(
        "delegates",
        Text("People you let in", "Personnes à qui vous avez donné accès"),
        {**person, "pages": _PAGES, "state": _STATE, **times},
        _of_account(work, Delegation, account_id, Delegation.invited_at),
    )
    held = select(Delegation).filter_by(delegate_id=account_id).order_by(Delegation.invited_at, Delegation.id)
    yield Section(
        "delegations_held",
        Text("Pages of somebody else that you were let into", "Pages d’autrui auxquelles vous avez eu accès"),
        {"pages": _PAGES, "state": _STATE, **times},
        work.session.scalars(held),
    )
