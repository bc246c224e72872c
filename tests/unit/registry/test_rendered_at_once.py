"""Certificates made at once, in a fresh process as after a start: no thread of the press waits for a lock, which would be for ever."""

import subprocess
import sys

from tests.support.places import ROOT
from tests.support.samples.seal_certificates import make_certificate
from tests.support.waiting import PATIENCE_S

AT_ONCE = """
import warnings
warnings.simplefilter("ignore")
import eventlet
eventlet.monkey_patch()
import datetime
import sys
from pathlib import Path
from eventlet import patcher, semaphore
from services.common.documents.pdf_seal import Sealer
from services.contracts.college import load_college
from services.registry.certificate_renderer import CertificateRenderer, Contents

threading = patcher.original("threading")
hub, acquire, locks = threading.get_ident(), semaphore.Semaphore.acquire, []
def watched(self, *args, **kwargs):
    if threading.get_ident() != hub:
        locks.append(sys._getframe(1).f_code.co_filename)
    return acquire(self, *args, **kwargs)
semaphore.Semaphore.acquire = watched

patience = float(sys.argv.pop())
college = load_college(Path("deploy/colleges/crpo"))
renderer = CertificateRenderer(Sealer(*map(Path, sys.argv[1:])), "http://college.test")
day = datetime.date(2026, 11, 23)
contents = Contents("C-1", "code", day, "1", day, "Élise Côté", next(iter(college.on(day).categories)).code, ())
makings = [eventlet.spawn(renderer.make, college, contents, language) for language in ("en", "fr") * 3]
with eventlet.Timeout(patience):
    assert all(making.wait().startswith(b"%PDF") for making in makings)
print("made", locks)
"""


def test_certificates_made_at_once_in_a_fresh_process_take_no_lock_in_a_thread(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE, *map(str, (*make_certificate(tmp_path), PATIENCE_S))],
        check=False, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE_S,
    )  # fmt: skip
    assert done.stdout.strip() == "made []", done.stderr
