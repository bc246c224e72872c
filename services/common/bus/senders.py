"""Who may have sent a message, and which way: the broker vouches for its user, and each component has a user of its own.

RabbitMQ before 4 checks rights on a message's first routing key only, and a message may name more of them (`CC`, `BCC`): so it may land in
any queue of an exchange to which its sender may write at all. And whoever answers calls may write into any queue by its name. What was
delivered is therefore believed only if it came the way on which the broker checked this very key, from one whose word that is.
"""

from collections.abc import Collection

import amqp

from services.common.security.transport import broker_user
from services.common.security.wire import UNREADABLE

GATEWAY, STAFF = "gateway", "staff"
CALLERS = (GATEWAY, STAFF)  # services make no calls
LARGEST_BODY = 4 * 1024 * 1024  # bytes of a call or an event: several times what the gateway takes from anybody
# Why a message is not believed.
WAY, SENDER, COPIES, UNREAD, SIZE, ANSWER_TO = "way", "sender", "copies", "unreadable", "size", "reply-to"
REASONS = (WAY, SENDER, COPIES, UNREAD, SIZE, ANSWER_TO)


class Senders:
    """The broker's users by component, as one component knows them by its own: `billing`, or `north-billing` where colleges share a broker.

    On a broker with one user for all (`TOPOLOGY=declare`), whose name does not end with the component's, that user is everybody.
    """

    def __init__(self, amqp_uri: str, component: str) -> None:
        self.own = broker_user(amqp_uri)
        self._prefix = self.own.removesuffix(component) if component and self.own.endswith(component) else None

    def user(self, component: str) -> str:
        """Gives the user of a component."""
        return self.own if self._prefix is None else self._prefix + component

    def users(self, components: Collection[str]) -> frozenset[str]:
        """Gives the users of components."""
        return frozenset(map(self.user, components))

    def component(self, user: str) -> str:
        """Names the component that has a user."""
        return user if self._prefix is None else user.removeprefix(self._prefix)


def why_refused(message: amqp.Message, senders: Collection[str] | None) -> str | None:
    """Says why a message is not believed, or nothing. `senders` are the users whose word it may be, None if nothing may come that way."""
    properties = message.properties
    if senders is None:
        return WAY
    if UNREADABLE in properties:
        return UNREAD
    if properties.get("user_id") not in senders:
        return SENDER
    headers = properties.get("application_headers")
    if headers and ("CC" in headers or "BCC" in headers):
        return COPIES
    return SIZE if len(message.body) > LARGEST_BODY else None
