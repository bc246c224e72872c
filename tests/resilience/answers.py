"""What people heard from the college: every answer timed and judged, whatever the walk made of it."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from deploy.demo.journey.api import Refused


@dataclass
class Answers:
    """The answers that people got in one case."""

    longest_s: float = 0.0
    counts: Counter = field(default_factory=Counter)
    codes: Counter = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    @contextmanager
    def timed(self, what: str) -> Iterator[None]:
        """Times a request and judges its answer: there is one, no 500, and a 429 or a 503 says when to come again."""
        began = time.monotonic()
        try:
            yield
            self._answered(what, began)
        except Refused as refusal:
            self._answered(what, began)
            self.counts[refusal.status] += 1
            self.codes[refusal.code] += 1
            when = refusal.retry_after and refusal.code
            if (refusal.status == 429 and not when) or (refusal.status >= 500 and (refusal.status != 503 or not when)):
                self.faults.append(f"{what}: {refusal.status} {refusal.problem}")
            raise
        except requests.Timeout:
            self.faults.append(f"{what}: no answer in {time.monotonic() - began:.1f} s")
            raise
        except requests.ConnectionError:
            self.counts["cut"] += 1  # the gateway itself was not there
            self.codes["cut"] += 1
            raise

    def _answered(self, what: str, began: float) -> None:
        took = time.monotonic() - began
        self.longest_s = max(self.longest_s, took)
