"""The college as it will be: the charge for an application itself is in force (R8)."""

import shutil
from pathlib import Path

from deploy.locks import ROOT


def charging(folder: Path) -> str:
    """Makes its profile in a folder, and gives where it is."""
    profile = Path(shutil.copytree(ROOT / "deploy/colleges/crpo", folder / "crpo"))
    charges = profile / "charges.yaml"
    written = charges.read_text(encoding="utf-8")
    assert "effective_from: 2028-04-01" in written
    charges.write_text(written.replace("effective_from: 2028-04-01", "effective_from: 2018-04-01"), encoding="utf-8")
    return str(profile)
