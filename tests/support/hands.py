"""The hands of people at a browser: a mouse, or a keyboard and nothing else."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from playwright.sync_api import Locator, Page

MOST_TABS = 500
"""More than any page has places to stop at."""


class Hand(Protocol):
    """How somebody uses what stands on a page."""

    def reach(self, place: Locator) -> None:
        """Come to a place."""

    def press(self, place: Locator) -> None:
        """Follow a link, press a button, open what is folded."""

    def tick(self, place: Locator) -> None:
        """Tick a box, or choose one of several."""

    def write(self, place: Locator, text: str) -> None:
        """Replace what stands in a field."""

    def date(self, place: Locator, day: date) -> None:
        """Fill in a day."""


@dataclass(frozen=True, slots=True)
class Mouse:
    """Points and clicks."""

    page: Page

    def reach(self, place: Locator) -> None:
        """Bring it into sight."""
        place.scroll_into_view_if_needed()

    def press(self, place: Locator) -> None:
        """Click."""
        place.click()

    def tick(self, place: Locator) -> None:
        """Click on what the box says: the look draws the box there."""
        self.page.locator(f"label[for='{place.get_attribute('id')}']").click()

    def write(self, place: Locator, text: str) -> None:
        """Click into the field, and type."""
        place.click()
        place.fill(text)

    def date(self, place: Locator, day: date) -> None:
        """Choose the day."""
        place.fill(day.isoformat())


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Tab, Enter, space, arrows and letters; the mouse lies unused.

    What is reached must be seen to be reached: a focus that cannot be seen is a fault.
    """

    page: Page

    def press(self, place: Locator) -> None:
        """Reach it and press Enter."""
        self.reach(place)
        self.page.keyboard.press("Enter")

    def tick(self, place: Locator) -> None:
        """Reach it and press the space bar."""
        self.reach(place)
        self.page.keyboard.press("Space")

    def write(self, place: Locator, text: str) -> None:
        """Reach the field, mark what it holds, and type over it."""
        self.reach(place)
        self.page.keyboard.press("ControlOrMeta+a")
        self.page.keyboard.insert_text(text)

    def date(self, place: Locator, day: date) -> None:
        """Reach the field and type the figures, in the order in which this browser has them."""
        self.reach(place)
        for order in ("%d%m%Y", "%m%d%Y"):
            self.page.keyboard.type(day.strftime(order))
            if place.input_value() == day.isoformat():
                return
            for _ in range(2):  # back from the year to the first part
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"{place} holds {place.input_value()!r}")

    def reach(self, place: Locator) -> None:
        """Press Tab until the place has the focus."""
        for _ in range(MOST_TABS):
            if place.evaluate("it => it === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab does not lead to {place}")
        assert place.evaluate(
            """it => {
                const style = getComputedStyle(it);
                return style.outlineStyle !== "none" || style.boxShadow !== "none";
            }"""
        ), f"the focus of {place} cannot be seen"
