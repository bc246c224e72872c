"""The bill of materials names every library of the production image, as it is locked."""

import json
import re
from pathlib import Path

import pytest

from deploy.sbom import bill, written

LOCK = (Path(__file__).resolve().parents[3] / "requirements.lock").read_text()


def test_every_library_of_the_image_is_named_with_its_version_and_hashes():
    document = json.loads(written(bill(LOCK)))
    assert (document["bomFormat"], document["specVersion"]) == ("CycloneDX", "1.6")
    named = {f"{one['name']}=={one['version']}": one for one in document["components"]}
    locked = set(re.findall(r"^([\w.-]+==[^\s;\\]+)", LOCK, re.M))
    assert named.keys() == locked and len(locked) > 40
    nameko = named["nameko==2.14.1"]
    assert nameko["purl"] == "pkg:pypi/nameko@2.14.1"
    assert all(len(one["hashes"]) >= 1 for one in document["components"])


def test_what_only_tests_need_is_not_part_of_the_product():
    names = {one.name for one in bill(LOCK).components}
    assert {"nameko", "cryptography"} <= names and not {"pytest", "playwright", "cyclonedx-python-lib"} & names


def test_a_library_without_a_hash_is_refused():
    with pytest.raises(ValueError, match="bare"):
        bill("bare==1 \\\n    # via -r requirements.in\n")
