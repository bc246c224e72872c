"""What every handler works with: the services behind the gateway, the file store, limits and settings."""

from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.http.constant_time import in_constant_time
from gateway.http.file_opener import FileOpener
from gateway.http.rate_limits import RateLimits
from gateway.http.requests import Request
from gateway.http.upload_places import UploadPlaces
from gateway.settings import LONGEST_CALL_S, GatewaySettings
from services.common.bus.rpc_client import RpcClient
from services.common.documents.files import FileStore
from services.common.kernel import clock
from services.common.kernel.contract import Answered, Call
from services.common.kernel.errors import ServiceError
from services.common.security.tokens import TokenVerifier
from services.contracts.college import College, CollegeOnDay

Answer = TypeVar("Answer")
LONGEST_TRACE_S = 2.0


@dataclass(frozen=True)
class Services:
    """The gateway's connections to the rest of the house."""

    client: RpcClient
    files: FileStore
    verifier: TokenVerifier
    profile: College
    settings: GatewaySettings
    limits: RateLimits = field(default_factory=RateLimits)
    uploads: UploadPlaces = field(default_factory=UploadPlaces)
    opener: FileOpener = field(default_factory=FileOpener)

    @property
    def college(self) -> CollegeOnDay:
        """The college as it is today."""
        return self.profile.at(clock.now())

    def ask(self, contract: type[Answered[Answer]], request: Request, values: dict[str, Any], key: str | None = None) -> Answer:
        """Asks the contract's service on behalf of the caller; `values` come from its `check`.

        `key` is the idempotency key where it comes in no header. Some answers are held until a constant time has passed
        (`ConstantTime`). Raises the service's typed error, Unavailable, OutcomeUnknown.
        """
        deadline = min(contract.deadline_s or self.settings.call_deadline_s, LONGEST_CALL_S)
        if contract.idempotent and key is None:
            key = request.idempotency_key()
        with in_constant_time(contract.constant_time):
            return self.client.call(contract, request.caller, _deadline_s=deadline, _idempotency_key=key, _checked=True, **values)

    def leave_trace(self, contract: type[Call], request: Request) -> None:
        """Has the service refuse as well what was just refused here: it writes that into its audit trail, which the gateway does not have.

        So often for each person or program; beyond that, and while the service is away, the log alone tells.
        """
        with suppress(ServiceError):
            self.limits.take_of("refusal", request.caller.name)
            # Nothing of the request goes along: who may not ask is refused before a question is read.
            self.client.ask(f"{contract.owner}.{contract.method}", {}, request.caller.headers(), LONGEST_TRACE_S)
