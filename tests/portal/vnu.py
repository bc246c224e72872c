"""`make vnu`: every page as the W3C's validator (vnu) reads it, in both languages; needs npm, which brings the jar, and java."""

import json
import shutil
import subprocess

import pytest
import requests

from tests.portal.npm_tools import installed
from tests.portal.page_catalogue import VIEWS
from tests.support.waiting import PATIENCE_S

VERSION = "26.9.27"


@pytest.mark.parametrize("language", ["en", "fr"])
def test_no_page_has_a_fault_that_the_validator_finds(college, people, tmp_path, language):
    java = shutil.which("java")
    if java is None:
        pytest.skip("there is no java on this machine")
    jar = installed("vnu-jar", VERSION) / "build" / "dist" / "vnu.jar"
    for view in VIEWS:
        cookies = {}
        if view.who:
            cookie = people.cookie(view.who)
            cookies = {cookie["name"]: cookie["value"]}
        headers = {"Accept-Language": language}
        answer = requests.get(college.url + view.address(people), headers=headers, cookies=cookies, timeout=PATIENCE_S)
        (tmp_path / f"{view.name}.html").write_text(answer.text)
    command = [java, "-jar", str(jar), "--format", "json", "--skip-non-html", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    found = [one for one in json.loads(done.stderr)["messages"] if one["type"] == "error"]  # the rest is advice
    faults = {f"{one['url'].rpartition('/')[2]}: {one['message']}: {one.get('extract', '')}" for one in found}
    assert sorted(faults) == []
