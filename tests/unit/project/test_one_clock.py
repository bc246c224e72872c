"""Rules read one clock: who reads the machine's or the database's says here that it is machinery."""

import re

from tests.support.places import ROOT

_OTHER_CLOCK = re.compile(r"datetime\.now\(|utcnow\(|date\.today\(|\btime\.time\b|func\.now\(\)|func\.current_|\bnow\(\)")
_OURS = re.compile(r"\b(clock|college_clock)\.now\(\)|(?<![\w.])local_date\(now\(\),|^def now\(\)|^    now\(\)$", re.MULTILINE)
_TEXT = re.compile(r'"""(?s:.*?)"""|#.*|`[^`\n]*`')
# Whose time is the machinery's: what lives by real seconds, whatever day the college has (`services/common/kernel/clock.py`).
MACHINERY = {
    "gateway/http/signed_values.py": "signed cookies",
    "gateway/server/answer.py": "HTTP's Date",
    "services/billing/gauges.py": "ages for alarms",
    "services/common/bus/relay.py": "when an event left",
    "services/common/bus/rpc_client.py": "deadlines of calls",
    "services/common/bus/rpc_server.py": "deadlines of calls",
    "services/common/documents/files.py": "how old a file of the disk is",
    "services/common/duties/pruning.py": "traces of the machinery",
    "services/common/kernel/access.py": "how fresh a token is",
    "services/common/kernel/clock.py": "the clock itself",
    "services/common/persistence/tables.py": "traces of the machinery",
    "services/common/runtime/gauges.py": "ages for alarms",
    "services/common/security/tokens.py": "tokens",
    "services/contracts/access_table.py": "a token that is made to be tried",
    "services/correspondence/delivery.py": "attempts at sending",
    "services/correspondence/log.py": "attempts at sending",
    "services/correspondence/models.py": "attempts at sending",
    "staff/terminal/client.py": "tokens",
    "staff/terminal/session.py": "tokens",
}


def test_rules_read_the_colleges_clock_and_no_other():
    found = set()
    for folder in ("services", "gateway", "staff"):
        for file in (ROOT / folder).rglob("*.py"):
            code = _OURS.sub(
                "", _TEXT.sub(lambda text: text[0] if "now()" in text[0] and "SELECT" in text[0] else "", file.read_text())
            )
            if "migrations" not in file.parts and _OTHER_CLOCK.search(code):
                found.add(str(file.relative_to(ROOT)))
    assert found == set(MACHINERY)
