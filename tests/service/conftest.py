"""What several files of the services' tests need."""

import pytest

from tests.service.correspondence_desk import Sink


@pytest.fixture(scope="module")
def sink(tmp_path_factory):
    """A mail server of one's own, which keeps what it is given."""
    sink = Sink(tmp_path_factory.mktemp("sink"))
    yield sink
    sink.stop()
