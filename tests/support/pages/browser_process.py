"""The process that drives the browser: a JSON question a line in, a JSON answer a line out. Started by `browser.py`."""

import json
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, sync_playwright

from tests.support.waiting import PATIENCE_S

_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
_AXE = Path(__file__).with_name("axe") / "axe.min.js"
# Sound, video and style sheets are not fetched anew for the two rules that look at them (our pages have no sound, and no style by the way a
# telephone is held), and of what is found only the faults come back: together this halves what a look takes.
_RULES = {
    "preload": False,
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
_FAULTS = """async (rules) => (await axe.run(document, rules)).violations.flatMap(
  (fault) => fault.nodes.map((node) => `${fault.id}: ${fault.help}: ${node.html}`))"""
_AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
_PATIENCE_MS = 1000 * PATIENCE_S


class Process:
    """The open pages by number, and what their consoles said."""

    def __init__(self, browser: Any) -> None:
        self._browser, self._pages, self._errors = browser, {}, {}

    def answer(self, question: dict[str, Any]) -> Any:
        """Does what is asked of a page."""
        number = question["page"]
        if "open" in question:
            return self._open(number, **question["open"])
        page = self._pages[number]
        if "axe" in question:
            return self._faults(page)
        if "errors" in question:
            return self._errors[number]
        if "authenticator" in question:
            return self._add_authenticator(page)
        if "close" in question:
            self._pages.pop(number).context.close()
            return None
        return _done(page, question["steps"])

    def _open(self, number: int, language: str = "en", width: int = 1200, height: int = 900, scripts: bool = True) -> None:
        context = self._browser.new_context(
            locale=f"{language}-CA", viewport={"width": width, "height": height}, java_script_enabled=scripts
        )
        context.set_default_timeout(_PATIENCE_MS)
        page = context.new_page()
        self._pages[number], self._errors[number] = page, []
        page.on("console", lambda said: self._errors[number].append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: self._errors[number].append(str(error)))

    def _add_authenticator(self, page: Any) -> None:
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        session.send("WebAuthn.addVirtualAuthenticator", {"options": _AUTHENTICATOR})

    @staticmethod
    def _faults(page: Any) -> list[str]:
        page.evaluate(_AXE.read_text())
        faults: list[str] = page.evaluate(_FAULTS, _RULES)
        return faults


def _done(thing: Any, steps: list[Any]) -> Any:
    for name, arguments, named in steps:
        thing = getattr(thing, name)
        if arguments is not None:
            thing = thing(*arguments, **named)
    return thing if isinstance(thing, str | int | float | bool | list | dict | None) else None


def main(chromium: str) -> None:
    """Answers until the questions end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=_ARGUMENTS)
        process = Process(browser)
        print("ready", flush=True)
        for line in sys.stdin:
            try:
                answer = {"value": process.answer(json.loads(line))}
            except Error as error:
                answer = {"error": str(error)}
            print(json.dumps(answer), flush=True)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1])
