"""Short-lived access tokens: signed with Ed25519 by the one service that signs people in, verified by all others without asking it."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt

from services.common.kernel.caller import Caller, language_or_default
from services.common.kernel.errors import Unauthenticated
from services.common.kernel.ids import new_id
from services.common.security.key_files import WatchedFile

ALGORITHM = "EdDSA"
AUDIENCE = "college"
LONGEST_LIFE_S = 600  # of any token: a public key that has not signed for longer may go
_CACHED = 4096
_PUBLIC = ("kty", "crv", "x", "kid", "use", "alg")


@dataclass(frozen=True, slots=True)
class Delegation:
    """Who acts in the account of somebody else, on which pages, and by which agreement (B11)."""

    delegate_id: UUID
    pages: frozenset[str]
    id: UUID | None = None


class TokenSigner:
    """Signs access tokens with a private key; its key id is told in each token, so that keys can be changed with overlap."""

    def __init__(self, private_key_pem: bytes, key_id: str, lifetime_s: int = LONGEST_LIFE_S) -> None:
        self._key, self.key_id, self.lifetime_s = private_key_pem, key_id, lifetime_s

    def sign(
        self,
        account_id: UUID,
        roles: Iterable[str],
        session_id: UUID,
        language: str,
        proved_at: int | None = None,
        delegation: Delegation | None = None,
    ) -> str:
        """Makes a token that says who signed in, with which roles, for `lifetime_s` seconds.

        `proved_at` is when the person showed who they are (seconds since 1970; now unless given). With `delegation` the account is
        that of the one acted for, and `act` tells who acts (RFC 8693).
        """
        issued = int(time.time())
        claims: dict[str, Any] = {
            "sub": str(account_id),
            "sid": str(session_id),
            "roles": sorted(roles),
            "lang": language,
            "auth_time": issued if proved_at is None else proved_at,
        }
        if delegation:
            claims |= {"act": {"sub": str(delegation.delegate_id)}, "pages": sorted(delegation.pages)}
            claims |= {"delegation": str(delegation.id)} if delegation.id else {}
        return self._signed(claims, issued)

    def sign_for_program(self, client_id: str, scopes: Iterable[str]) -> str:
        """Makes a token for a program, with its scopes, for `lifetime_s` seconds."""
        return self._signed({"sub": client_id, "client_id": client_id, "scope": " ".join(sorted(scopes))}, int(time.time()))

    def _signed(self, claims: dict[str, Any], issued: int) -> str:
        whole = {"aud": AUDIENCE, "iat": issued, "exp": issued + self.lifetime_s, **claims}
        return jwt.encode(whole, self._key, algorithm=ALGORITHM, headers={"kid": self.key_id})


def revocable_grants(claims: dict[str, Any]) -> Iterator[str]:
    """Gives the ids of what a token rests on, and ends with: its session, the delegation it was given for, its program."""
    return (claims[name] for name in ("sid", "delegation", "client_id") if name in claims)


def _nothing_ended(_id: str) -> bool:
    return False


class TokenVerifier:
    """Verifies access tokens against a set of public keys; a token seen before is not verified again until it runs out or keys change.

    `ended` tells of an id whether what it names has ended, so that tokens which rest on it are refused before they run out.
    """

    def __init__(self, file: Path, ended: Callable[[str], bool] = _nothing_ended) -> None:
        self._seen: dict[str, dict[str, Any]] = {}
        self._ended = ended
        self._file = WatchedFile(file, self._learn)

    @classmethod
    def from_file(cls, path: str | Path, ended: Callable[[str], bool] = _nothing_ended) -> "TokenVerifier":
        """Reads a JSON Web Key Set, and reads it anew when it changes: keys are added and retired while we run."""
        return cls(Path(path), ended)

    def key_set(self) -> dict[str, Any]:
        """Gives the public keys as a JSON Web Key Set for others to verify with (RFC 7517)."""
        self._file.look()
        return {"keys": self._public}

    def claims(self, token: str) -> dict[str, Any]:
        """Gives the claims of a valid token; raises Unauthenticated for any other."""
        claims = self._verified(token)
        if any(self._ended(grant) for grant in revocable_grants(claims)):
            raise Unauthenticated()
        return claims

    def _verified(self, token: str) -> dict[str, Any]:
        self._file.look()
        known = self._seen.get(token)
        if known is not None and known["exp"] > time.time():
            return known
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(token, key, algorithms=[ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "iat", "sub"]})
        except (jwt.PyJWTError, KeyError, ValueError, TypeError) as error:
            raise Unauthenticated() from error
        if len(self._seen) >= _CACHED:
            self._seen.clear()
        self._seen[token] = claims
        return claims

    def caller(
        self, token: str | None, language: str | None, correlation_id: str | None, address: str | None, device: str | None = None
    ) -> Caller:
        """Makes the caller that a token and call headers speak of; no token makes an anonymous one. Raises Unauthenticated."""
        about: dict[str, Any] = {"address": address, "device": device, "correlation_id": correlation_id or str(new_id())}
        if not token:
            return Caller(language=language_or_default(language), **about)
        claims = self.claims(token)
        about |= {"token": token, "language": language_or_default(language or claims.get("lang"))}
        try:
            if "client_id" in claims:
                return Caller(client_id=claims["client_id"], scopes=frozenset(claims["scope"].split()), **about)
            return Caller(
                account_id=UUID(claims["sub"]),
                roles=frozenset(claims.get("roles", ())),
                session_id=UUID(claims["sid"]),
                proved_at=claims.get("auth_time", claims["iat"]),
                delegate_id=UUID(claims["act"]["sub"]) if "act" in claims else None,
                pages=frozenset(claims.get("pages", ())),
                **about,
            )
        except (KeyError, ValueError, TypeError) as error:  # of a key that is ours, but not a token that we make
            raise Unauthenticated() from error

    def _learn(self, content: bytes) -> None:
        keys = json.loads(content)["keys"]
        try:
            self._keys = {key["kid"]: jwt.PyJWK(key, algorithm=ALGORITHM) for key in keys}
        except jwt.PyJWTError as error:
            raise ValueError("a key of the set is not an Ed25519 key") from error
        self._public = [{name: key[name] for name in _PUBLIC if name in key} for key in keys]
        self._seen.clear()  # a token of a key that is gone must not be answered from memory
