"""What every handler works with: the services behind the gateway, the file store, limits and settings."""

from dataclasses import dataclass, field
from typing import Any

from gateway.rate_limits import RateLimits
from gateway.requests import Request
from gateway.settings import LONGEST_CALL_S, GatewaySettings
from services.common.contract import Call
from services.common.files import FileStore
from services.common.rpc_client import RpcClient
from services.common.tokens import TokenVerifier
from services.contracts.college import College


@dataclass(frozen=True)
class Edge:
    """The gateway's connections to the rest of the house."""

    client: RpcClient
    files: FileStore
    verifier: TokenVerifier
    college: College
    settings: GatewaySettings
    limits: RateLimits = field(default_factory=RateLimits)

    def ask(self, contract: type[Call], request: Request, values: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        """Asks the contract's service on behalf of the caller; `values` come from its `check`.

        `key` is the idempotency key where it comes in no header. Raises the service's typed error, Unavailable, OutcomeUnknown.
        """
        deadline = min(contract.deadline_s or self.settings.call_deadline_s, LONGEST_CALL_S)
        if contract.keyed and key is None:
            key = request.idempotency_key()
        return self.client.call(contract, request.caller, _deadline_s=deadline, _idempotency_key=key, _checked=True, **values)
