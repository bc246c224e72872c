"""What only the gateway is told by its environment."""

from dataclasses import dataclass, field
from functools import cached_property

from gateway.http.signed_values import SignedValues
from services.common.settings import Settings

MEGABYTE = 1_000_000
LONGEST_CALL_S = 14.0


@dataclass(frozen=True)
class GatewaySettings:
    """Sizes in bytes, times in seconds."""

    host: str
    port: int
    public_url: str
    call_deadline_s: float
    stop_grace_s: float
    share_port: bool = False
    behind_tls: bool = False
    trust_forwarded: bool = False
    rate_limit_factor: float = 1.0
    most_connections: int = 1024
    most_requests: int = 256
    largest_upload: int = 25 * MEGABYTE
    most_of_one_address: int = 256
    most_bodies_of_one: int = 16
    most_uploads_of_one: int = 3
    largest_head: int = 32_768
    small_body: int = 65_536
    socket_timeout_s: float = 30.0
    keep_alive_s: float = 60.0
    slowest_head_s: float = 15.0
    quick_body_s: float = 1.0
    transfer_grace_s: float = 10.0
    slowest_bytes_s: float = 4000.0
    slowest_json_s: float = 15.0
    slowest_upload_s: float = 600.0
    session_idle_s: float = 1800.0  # a browser's session that was not used for so long is over
    cookie_keys: tuple[str, ...] = field(default=(), repr=False)  # the newest, which signs, first

    @cached_property
    def signed(self) -> SignedValues:
        """Signs what is left with clients."""
        return SignedValues(self.cookie_keys)

    @property
    def most_bodies(self) -> int:
        """How many bodies may be slow at once: never so many that other requests are kept out."""
        return max(1, self.most_requests // 2)

    @classmethod
    def read(cls, settings: Settings) -> "GatewaySettings":
        """Reads them; raises MissingSetting naming a variable that must be there, ValueError for one that is no number."""

        def number(name: str, default: float) -> float:
            return float(settings.optional(name, str(default)))

        return cls(
            host=settings.optional("HTTP_HOST", "127.0.0.1"),
            port=int(settings.require("HTTP_PORT")),
            public_url=settings.require("PUBLIC_URL").rstrip("/"),
            call_deadline_s=min(settings.call_deadline_s, LONGEST_CALL_S),
            stop_grace_s=settings.stop_grace_s,
            share_port=settings.optional("HTTP_SHARE_PORT") == "1",
            behind_tls=settings.require("PUBLIC_URL").startswith("https://"),
            trust_forwarded=settings.optional("TRUST_FORWARDED_FOR") == "1",
            rate_limit_factor=number("RATE_LIMIT_FACTOR", cls.rate_limit_factor),
            most_connections=int(number("HTTP_MOST_CONNECTIONS", cls.most_connections)),
            most_requests=int(number("HTTP_MOST_REQUESTS", cls.most_requests)),
            most_of_one_address=int(number("HTTP_MOST_CONNECTIONS_OF_ONE", cls.most_of_one_address)),
            most_bodies_of_one=int(number("HTTP_MOST_BODIES_OF_ONE", cls.most_bodies_of_one)),
            most_uploads_of_one=int(number("HTTP_MOST_UPLOADS_OF_ONE", cls.most_uploads_of_one)),
            keep_alive_s=number("HTTP_KEEP_ALIVE_S", cls.keep_alive_s),
            slowest_head_s=number("HTTP_SLOWEST_HEAD_S", cls.slowest_head_s),
            socket_timeout_s=number("HTTP_STALLED_S", cls.socket_timeout_s),
            transfer_grace_s=number("HTTP_GRACE_S", cls.transfer_grace_s),
            slowest_bytes_s=number("HTTP_SLOWEST_BYTES_S", cls.slowest_bytes_s),
            session_idle_s=number("SESSION_IDLE_MINUTES", cls.session_idle_s / 60) * 60,
            largest_upload=int(number("UPLOAD_LIMIT_MB", cls.largest_upload / MEGABYTE) * MEGABYTE),
            cookie_keys=tuple(settings.require("COOKIE_KEY").split(",")),
        )
