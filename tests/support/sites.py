"""Whole colleges for tests: every service its own process, on engines that are there already."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from deploy.local.college.site import Site
from deploy.local.engines.engines import Engines
from tests.support.waiting import PATIENCE_S


@contextmanager
def running_site(engines: Engines, name: str) -> Iterator[Site]:
    """Starts a site under a name of its own; it is gone afterwards, also when it did not start."""
    site = Site(engines, f"{name}-{uuid.uuid4().hex[:8]}")
    try:
        site.provision()
        site.start()
        site.wait_ready(2 * PATIENCE_S)
        yield site
    finally:
        site.destroy()
