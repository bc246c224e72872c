"""Passkeys (WebAuthn): what a browser is asked for, and whether what it gives is right. The person is always verified by the device."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from services.identity.models import Account, Factor
from services.identity.proofs.challenges import LIFETIME_S

_VERIFIED = UserVerificationRequirement.REQUIRED
# What a browser gives comes from outside: whatever the library stumbles over in it is a wrong answer, no fault of ours.
_WRONG = (WebAuthnException, ValueError, TypeError, KeyError, AttributeError)


@dataclass(frozen=True)
class Site:
    """The site that passkeys are bound to."""

    host: str
    origin: str

    @classmethod
    def at(cls, public_url: str) -> "Site":
        """Gives the site of an address."""
        parts = urlsplit(public_url)
        return cls(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def creation_options(site: Site, account: Account, issuer: str, nonce: bytes, existing: Sequence[Factor]) -> dict[str, Any]:
    """Gives the options of navigator.credentials.create(); a device that has one of the existing passkeys makes no second one."""
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=issuer,
        user_name=account.email,
        user_id=account.id.bytes,
        challenge=nonce,
        timeout=LIFETIME_S * 1000,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=_VERIFIED
        ),
        exclude_credentials=_descriptors(existing),
    )
    return options_to_json_dict(options)


def request_options(site: Site, nonce: bytes, existing: Sequence[Factor]) -> dict[str, Any]:
    """Gives the options of navigator.credentials.get(), for these passkeys, or for any that the device knows of this site."""
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=nonce,
        timeout=LIFETIME_S * 1000,
        allow_credentials=_descriptors(existing),
        user_verification=_VERIFIED,
    )
    return options_to_json_dict(options)


def made(site: Site, answer: dict[str, Any], nonce: bytes) -> VerifiedRegistration | None:
    """Gives the passkey that a browser made, or nothing if the answer is not right."""
    try:
        return webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=nonce,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _WRONG:
        return None


def new_count(site: Site, answer: dict[str, Any], nonce: bytes, passkey: Factor) -> int | None:
    """Gives the passkey's new count of uses, or nothing if the answer is not right.

    A count that does not grow is not right: there may be a copy of the passkey.
    """
    try:
        owner = answer["response"].get("userHandle")
        if owner and base64url_to_bytes(owner) != passkey.account_id.bytes:
            return None
        verified = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=nonce,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=passkey.public_key or b"",
            credential_current_sign_count=passkey.sign_count or 0,
            require_user_verification=True,
        )
    except _WRONG:
        return None
    return verified.new_sign_count


def credential_id(answer: dict[str, Any]) -> bytes:
    """Gives the id of the passkey that a browser's answer speaks of; of a malformed answer none that exists."""
    try:
        return base64url_to_bytes(answer["id"])
    except _WRONG:
        return b""


def _descriptors(passkeys: Sequence[Factor]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=bytes(passkey.credential_id)) for passkey in passkeys if passkey.credential_id]
