"""How many uploads one account may have under way at once, from however many addresses."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from gateway.http.errors import TooManyRequests
from gateway.settings import GatewaySettings
from services.common.kernel.caller import Caller

_RETRY_AFTER_S = 10


class UploadPlaces:
    """The places of one process. Who acts in somebody else's account takes one of that account's."""

    def __init__(self, most: int = GatewaySettings.most_uploads_of_one) -> None:
        self._most = most
        self._under_way: Counter[str] = Counter()

    @contextmanager
    def place(self, caller: Caller) -> Iterator[None]:
        """Holds a place while a file arrives; raises TooManyRequests for an account that has all of its own."""
        account = str(caller.account_id or caller.name)
        if self._under_way[account] >= self._most:
            raise TooManyRequests(retry_after_s=_RETRY_AFTER_S)
        self._under_way[account] += 1
        try:
            yield
        finally:
            self._under_way[account] -= 1
            if not self._under_way[account]:
                del self._under_way[account]
