"""Short-lived access tokens: signed with Ed25519 by the one service that signs people in, verified by all others without asking it."""

import json
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import jwt

from services.common.caller import Caller, language_or_default
from services.common.errors import Unauthenticated
from services.common.ids import new_id

ALGORITHM = "EdDSA"
AUDIENCE = "college"
_CACHED = 4096


class TokenSigner:
    """Signs access tokens with a private key; its key id is told in each token, so that keys can be changed with overlap."""

    def __init__(self, private_key_pem: bytes, key_id: str, lifetime_s: int = 600) -> None:
        self._key, self.key_id, self.lifetime_s = private_key_pem, key_id, lifetime_s

    def sign(self, account_id: UUID, roles: list[str], session_id: UUID, language: str) -> str:
        """Makes a token that says who signed in, with which roles, for `lifetime_s` seconds."""
        issued = int(time.time())
        claims = {
            "aud": AUDIENCE,
            "sub": str(account_id),
            "sid": str(session_id),
            "roles": sorted(roles),
            "lang": language,
            "iat": issued,
            "exp": issued + self.lifetime_s,
        }
        return jwt.encode(claims, self._key, algorithm=ALGORITHM, headers={"kid": self.key_id})


class TokenVerifier:
    """Verifies access tokens against a set of public keys; a token seen before is not verified again until it runs out."""

    def __init__(self, key_set: dict[str, Any]) -> None:
        self._keys = {key["kid"]: jwt.PyJWK(key, algorithm=ALGORITHM) for key in key_set["keys"]}
        self._seen: dict[str, dict[str, Any]] = {}

    @classmethod
    def from_file(cls, path: str | Path) -> "TokenVerifier":
        """Reads a JSON Web Key Set."""
        return cls(json.loads(Path(path).read_text()))

    def claims(self, token: str) -> dict[str, Any]:
        """Gives the claims of a valid token; raises Unauthenticated for any other."""
        known = self._seen.get(token)
        if known is not None and known["exp"] > time.time():
            return known
        try:
            key = self._keys[jwt.get_unverified_header(token)["kid"]]
            claims = jwt.decode(
                token, key, algorithms=[ALGORITHM], audience=AUDIENCE, options={"require": ["exp", "iat", "sub", "sid"]}
            )
        except (jwt.PyJWTError, KeyError, ValueError) as error:
            raise Unauthenticated() from error
        if len(self._seen) >= _CACHED:
            self._seen.clear()
        self._seen[token] = claims
        return claims

    def caller(self, token: str | None, language: str | None, correlation_id: str | None, address: str | None) -> Caller:
        """Makes the caller that a token and call headers speak of; no token makes an anonymous one."""
        correlation_id = correlation_id or str(new_id())
        if not token:
            return Caller(language=language_or_default(language), address=address, correlation_id=correlation_id)
        claims = self.claims(token)
        return Caller(
            account_id=UUID(claims["sub"]),
            roles=frozenset(claims.get("roles", ())),
            session_id=UUID(claims["sid"]),
            language=language_or_default(language or claims.get("lang")),
            address=address,
            token=token,
            correlation_id=correlation_id,
        )
