"""What the product is made of, as a CycloneDX document: `python -m deploy.sbom [FILE]` (`make sbom`).

Every library of requirements.lock, which is what the production image gets, with its version and the hashes of the files that may be
installed. Nothing is asked of a network.
"""

import re
import sys
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output import make_outputter
from cyclonedx.schema import OutputFormat, SchemaVersion
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parents[1]
LOCK, DEFAULT = ROOT / "requirements.lock", ROOT / ".run" / "sbom.cdx.json"
_BLOCK = re.compile(r"\n(?=[A-Za-z0-9])")
_PINNED = re.compile(r"([A-Za-z0-9._-]+)==([^\s;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def bill(lock: str) -> Bom:
    """Gives the bill of materials of a lock; raises ValueError for a package without a hash."""
    college = Component(name="college", type=ComponentType.APPLICATION, bom_ref="college")
    libraries = [_library(block) for block in _BLOCK.split(lock.strip())]
    bom = Bom(components=libraries)
    bom.metadata.component = college
    bom.register_dependency(college, libraries)
    return bom


def written(bom: Bom) -> str:
    """Writes it as JSON of CycloneDX 1.6."""
    return make_outputter(bom, OutputFormat.JSON, SchemaVersion.V1_6).output_as_string(indent=1)


def _library(block: str) -> Component:
    pinned, hashes = _PINNED.match(block), _HASH.findall(block)
    if pinned is None or not hashes:
        raise ValueError(f"no hash: {block.splitlines()[0]}")
    name, version = pinned.groups()
    return Component(
        name=name,
        version=version,
        type=ComponentType.LIBRARY,
        bom_ref=f"{name}=={version}",
        purl=PackageURL("pypi", None, re.sub(r"[-_.]+", "-", name).lower(), version),
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=content) for content in hashes],
    )


def main(file: Path) -> None:
    """Writes the file."""
    file.parent.mkdir(parents=True, exist_ok=True)
    bom = bill(LOCK.read_text())
    file.write_text(written(bom))
    print(f"{len(bom.components)} libraries: {file}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT)
