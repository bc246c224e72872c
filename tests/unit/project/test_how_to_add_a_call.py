"""The how-to of a call with page and command: it names every file that the real example takes, and no other."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
HOW_TO = (ROOT / "docs/how-to/add-a-call-with-page-and-command.md").read_text()
FILES = re.findall(r"^\| \d+ \| `([^`]+)` \|", HOW_TO, re.M)
NAMES = re.compile(
    r"ResolvePaymentNotice\b|resolve_payment_notice\b|resolve-payment-notice\b|resolve_notice\.html|NOTICE_DEALT_WITH"
)
WRITTEN = (".py", ".html", ".po", ".json")
MOST = 19


def of_the_example(folder):
    return {
        str(path.relative_to(ROOT))
        for path in (ROOT / folder).rglob("*")
        if path.suffix in WRITTEN and NAMES.search(path.read_text())
    }


def test_a_call_with_page_and_command_takes_at_most_nineteen_files():
    assert len(FILES) == len(set(FILES)) <= MOST
    assert str(len(FILES)) in HOW_TO.split("\n## ")[0]
    assert all((ROOT / file).is_file() for file in FILES)


def test_the_product_names_the_call_nowhere_else():
    named = set().union(*(of_the_example(folder) for folder in ("services", "gateway", "staff", "deploy")))
    # Two hold the example without naming it: a use case is named by its verb, a template by the view.
    assert named | {"services/billing/notice_file.py", "gateway/portal/templates/staff/resolve_notice.html"} == {
        file for file in FILES if not file.startswith(("tests/", "docs/"))
    }


def test_the_code_of_the_how_to_is_that_of_the_product():
    view = (ROOT / "gateway/portal/staff/money/payment_notices.py").read_text()
    contract = (ROOT / "services/contracts/billing/notices.py").read_text()
    table = (ROOT / "gateway/portal/staff/money/__init__.py").read_text()
    held = {"class ResolvePaymentNotice": contract, "def resolve(": view, "PortalPage(": table}
    blocks = re.findall(r"(?:^    .*\n|^\n(?=    ))+", HOW_TO, re.M)
    shown = ["\n".join(line[4:] for line in block.rstrip().splitlines()).strip() for block in blocks]
    for begins, file in held.items():
        [code] = [code for code in shown if code.startswith(begins)]
        assert code in file
