"""How a person works a page: with the mouse, or with nothing but the keyboard. Both find a control by what is read on it."""

from tests.support.pages.browser import BrowserError, Page

_MOST_STOPS = 150
_FOCUSED = "one => one === document.activeElement"


class Mouse:
    """Clicks, and types into what was clicked."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def press(self, place: Page) -> None:
        """Presses a button or follows a link."""
        place.click()

    def write(self, place: Page, text: str) -> None:
        """Types into an input in the place of what is there."""
        place.fill(text)

    def choose(self, place: Page) -> None:
        """Chooses a radio button, or ticks a box."""
        place.check()

    def pick(self, place: Page, value: str) -> None:
        """Takes one of a list that opens."""
        place.select_option(value)

    def attach(self, place: Page, path: str) -> None:
        """Chooses a file."""
        place.set_input_files(path)


class Keyboard(Mouse):
    """Reaches everything with the tab key, and works it by keys alone."""

    def press(self, place: Page) -> None:
        """Presses Enter on a button or link."""
        self._reach(place)
        self.page.keyboard.press("Enter")

    def write(self, place: Page, text: str) -> None:
        """Types over what is there."""
        self._reach(place)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def choose(self, place: Page) -> None:
        """Reaches a radio button through its group with the arrow keys, a box with the tab key."""
        if place.get_attribute("type") == "checkbox":
            self._reach(place)
            if not place.is_checked():
                self.page.keyboard.press("Space")
        else:
            self._reach(place, "one => one.name === document.activeElement.name")
            for _ in range(30):
                if place.evaluate(_FOCUSED):
                    break
                self.page.keyboard.press("ArrowDown")
            self.page.keyboard.press("Space")
        if not place.is_checked():
            raise BrowserError(f"{place.get_attribute('value')} could not be chosen by keyboard")

    def pick(self, place: Page, value: str) -> None:
        """Goes down a list to what is wanted."""
        self._reach(place)
        self.page.keyboard.press("Home")
        for _ in range(300):
            if place.input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise BrowserError(f"{value} is not in the list")

    def attach(self, place: Page, path: str) -> None:
        """Reaches the input; the window that the browser then opens is not ours."""
        self._reach(place)
        place.set_input_files(path)

    def _reach(self, place: Page, there: str = _FOCUSED) -> None:
        place.wait_for()
        for _ in range(_MOST_STOPS):
            if place.evaluate(there):
                return
            self.page.keyboard.press("Tab")
        raise BrowserError(f"no way to {place.evaluate('one => one.outerHTML')} by keyboard")
