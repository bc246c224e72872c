"""A real browser for tests: Debian's Chromium, driven by Playwright in a process of its own, as Playwright and eventlet do not bear each other.

`browser.page()` gives a page; what Playwright's page can do, it can, under the same names: `page.get_by_label("Password").fill("…")`.
"""

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.local.engines.packages import BROWSER, Programs
from tests.support.waiting import PATIENCE_S

ROOT = Path(__file__).resolve().parents[3]
# What gives a locator, to which something is then done; all else is done at once and gives a value.
_NARROWING = frozenset({"locator", "filter", "nth", "and_", "or_"})


class BrowserError(AssertionError):
    """Playwright could not do what was asked."""


class Browser:
    """The process with the browser."""

    def __init__(self, programs: Programs) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.pages.browser_process", str(programs.path(BROWSER))],
            cwd=ROOT,
            env=programs.environment("chromium"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._pages = 0
        assert self._process.stdout is not None
        if not self._process.stdout.readline():
            raise BrowserError("the browser does not start; what it says is on standard error")

    def page(self, **context: Any) -> "Page":
        """Opens a page in a context of its own, with no cookie: `language`, `width`, `scripts` say what browser it is."""
        self._pages += 1
        self.ask({"page": self._pages, "open": context})
        return Page(self, self._pages)

    def ask(self, question: dict[str, Any]) -> Any:
        """Asks the process; raises BrowserError with what Playwright says."""
        assert self._process.stdin is not None and self._process.stdout is not None
        # Under eventlet, a write to a process that is gone never ends.
        if self._process.poll() is not None:
            raise BrowserError("the browser's process has ended")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise BrowserError("the browser's process has ended")
        answer = json.loads(line)
        if "error" in answer:
            raise BrowserError(answer["error"])
        return answer["value"]

    def close(self) -> None:
        """Ends the browser."""
        with suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.close()
        self._process.wait(PATIENCE_S)


class Page:
    """One page, or a place on it."""

    def __init__(self, browser: Browser, page: int, steps: tuple[Any, ...] = ()) -> None:
        self._browser, self._page, self._steps = browser, page, steps

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        if name in {"first", "last", "keyboard", "mouse", "clock", "context"}:
            return Page(self._browser, self._page, (*self._steps, [name, None, None]))

        def step(*arguments: Any, **named: Any) -> Any:
            steps = (*self._steps, [name, arguments, named])
            if name in _NARROWING or name.startswith("get_by_"):
                return Page(self._browser, self._page, steps)
            return self._browser.ask({"page": self._page, "steps": steps})

        return step

    @property
    def url(self) -> str:
        """The address shown."""
        return self._browser.ask({"page": self._page, "steps": [["url", None, None]]})

    def axe(self) -> list[str]:
        """What axe finds wrong with the page (WCAG 2.2 AA and best practice), one line per fault."""
        return self._browser.ask({"page": self._page, "axe": True})

    def console_errors(self) -> list[str]:
        """What the browser's console said since the page was opened that is an error, such as what the content policy refused."""
        return self._browser.ask({"page": self._page, "errors": True})

    def has_passkeys(self) -> None:
        """Gives the browser a device that makes and shows passkeys by itself."""
        self._browser.ask({"page": self._page, "authenticator": True})

    def close_context(self) -> None:
        """Closes the page with its cookies."""
        self._browser.ask({"page": self._page, "close": True})
