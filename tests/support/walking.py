"""People who walk through the pages, finding everything by what is written on it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import Locator, expect

from tests.support.browsing import Visitor, kind_of
from tests.support.hands import Hand
from tests.support.offices import PASSWORD

PATIENCE = 30.0
"""How long, in seconds, a person reloads a page until the other university has answered."""


@dataclass
class Walker:
    """Somebody before a browser who reads one language and remembers what was wrong.

    Texts are pairs, Italian and English; ``seen`` are the kinds of pages that were looked at.
    """

    visitor: Visitor
    language: str
    hand: Hand
    width: int
    judging: bool = True
    seen: set[str] = field(default_factory=set)

    def text(self, it: str, en: str) -> str:
        """Return the words that are on the page."""
        return it if self.language == "it" else en

    @property
    def page_text(self) -> str:
        """What can be read of the page, without the frame around it."""
        return self.visitor.page.inner_text("main")

    def arrive(self, path: str) -> None:
        """Type an address, as on the first day, and choose the language."""
        self.visitor.page.goto(f"{self.visitor.address}{path}")
        if self.visitor.page.get_attribute("html", "lang") != self.language:
            tongue = self.text("Italiano", "English")
            with self.visitor.page.expect_navigation():
                self.hand.press(self.visitor.page.get_by_role("button", name=tongue))
        self.look()

    def look(self) -> None:
        """Judge a page of a kind that was not looked at yet."""
        page = self.visitor.page
        page.wait_for_load_state("load")
        kind = kind_of(page.url.removeprefix(self.visitor.address))
        if self.judging and kind not in self.seen:
            self.seen.add(kind)
            self.visitor._judge(f"{self.width} {self.language}")

    def go(self, place: Locator) -> None:
        """Press what leads to another page, and look at that page."""
        self.hand.reach(place)  # which may take long, and is not the page's delay
        with self.visitor.page.expect_navigation():
            self.hand.press(place)
        self.look()

    def follow(self, it: str, en: str, *, within: Locator | None = None) -> None:
        """Follow a link that is called so."""
        place = within or self.visitor.page
        self.go(place.get_by_role("link", name=self.text(it, en)))

    def press(
        self, it: str, en: str, *, within: Locator | None = None, exact: bool = False
    ) -> None:
        """Press a button that is called so."""
        place = within or self.visitor.page
        self.go(place.get_by_role("button", name=self.text(it, en), exact=exact))

    def unfold(self, words: str) -> None:
        """Open what is folded under a heading."""
        self.hand.press(self.visitor.page.locator("summary", has_text=words))

    def part(self, it: str, en: str) -> Locator:
        """Return the part of the page that is called so."""
        return self.visitor.page.get_by_role("region", name=self.text(it, en))

    def labelled(self, it: str, en: str, *, within: Locator | None = None) -> Locator:
        """Return the field with a label."""
        return (within or self.visitor.page.locator("main")).get_by_label(self.text(it, en))

    def write(self, it: str, en: str, what: str, *, within: Locator | None = None) -> None:
        """Fill in the field with a label."""
        self.hand.write(self.labelled(it, en, within=within), what)

    def tick(self, it: str, en: str) -> None:
        """Tick a box."""
        self.hand.tick(self.labelled(it, en))

    def reads(self, it: str, en: str) -> None:
        """Find words on the page."""
        expect(self.visitor.page.locator("main")).to_contain_text(self.text(it, en))

    def shows(self, it: str, en: str) -> bool:
        """Tell whether words are on the page."""
        return self.text(it, en).lower() in self.page_text.lower()

    def waits_for(self, it: str, en: str) -> None:
        """Reload the page until words are there."""
        self.waits_until(lambda: self.shows(it, en), it)

    def waits_until(self, there: Callable[[], bool], what: str) -> None:
        """Reload the page until something holds."""
        until = time.monotonic() + PATIENCE
        while not there():
            assert time.monotonic() < until, f"no {what!r} on the page:\n{self.page_text}"
            self.visitor.page.wait_for_timeout(250)
            self.visitor.page.reload()

    def signs_in(self, username: str, password: str = PASSWORD) -> None:
        """Sign in from the home page."""
        self.arrive("/")
        header = self.visitor.page.locator(".it-header-slim-wrapper")
        self.follow("Accedi", "Sign in", within=header)
        self.enters(username, password)

    def enters(self, username: str, password: str) -> None:
        """Fill in the form of the entrance."""
        self.write("Nome utente", "User name", username)
        self.write("Password", "Password", password)
        self.press("Accedi", "Sign in", within=self.visitor.page.locator("main"))
