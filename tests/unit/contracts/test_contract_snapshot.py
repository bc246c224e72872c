"""A change of what crosses the bus is seen before it is made."""

import json

from tests.unit.contracts.contract_snapshot import FILE, snapshot


def test_the_contracts_are_as_they_were_written_down():
    assert snapshot() == json.loads(FILE.read_text()), (
        "if the change is meant: python -m tests.unit.contracts.contract_snapshot, and look at the diff"
    )
