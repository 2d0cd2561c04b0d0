"""Chromium as a visitor: it opens every page that links lead to, and notes what is wrong there."""

import os
import re
import shutil
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urldefrag, urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.support.offices import PASSWORD

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 740}
WHOLE = os.environ.get("BROWSER") == "all"
"""Whether every role opens every page; else the time of the default run is bounded."""
PAGES = 80 if WHOLE else 14
"""How many pages one visitor opens at most."""
ALIKE = 2 if WHOLE else 1
"""How many pages of the same kind are opened: those of two practices, not of all."""

_AXE = Axe()
_CODE = re.compile(r"[^/]*\d[^/]*")
_TALK = ("/soap", "/aspetto", "/static", "/metrics", "/health")
"""What is for programs, not for people."""


def chromium() -> str:
    """Return where Chromium is, empty if it is not installed."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    return ""


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """Run Chromium, without a screen."""
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=sandbox)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visitor:
    """Somebody with a browser, and what they noticed.

    ``troubles`` are by address: what axe says, what the console says, what left for another host.
    """

    address: str
    context: BrowserContext
    opened: list[str] = field(default_factory=list)
    troubles: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.page = self.context.new_page()
        self.page.on("request", self._asked)
        self.page.on("pageerror", lambda error: self._note(f"script: {error}"))
        self.page.on(
            "console",
            lambda message: (
                self._note(f"console: {message.text}") if message.type == "error" else None
            ),
        )

    def _asked(self, request: Request) -> None:
        if not request.url.startswith((f"{self.address}/", "data:", "about:", "blob:")):
            self._note(f"another host: {request.url}")

    def _note(self, what: str) -> None:
        self.troubles.setdefault(urlsplit(self.page.url).path, []).append(what)

    def sign_in(self, username: str) -> None:
        """Sign in by the form, as people do."""
        self.page.goto(f"{self.address}/accesso")
        self.page.fill("#username", username)
        self.page.fill("#password", PASSWORD)
        self.page.click("main button")
        assert "/accesso" not in self.page.url, self.page.inner_text("main")

    def speak(self, language: str) -> None:
        """Choose a language."""
        self.context.add_cookies([{"name": "lingua", "value": language, "url": self.address}])

    def look(self, path: str) -> None:
        """Open a page in both languages, wide and narrow, and note what is wrong."""
        self.opened.append(path)
        for size, language in ((WIDE, "it"), (NARROW, "en")):
            self.page.set_viewport_size(size)  # type: ignore[arg-type]
            self.speak(language)
            self.page.goto(f"{self.address}{path}")
            self._judge(f"{size['width']} {language}")

    def _judge(self, how: str) -> None:
        for violation in _AXE.run(self.page).response["violations"]:
            nodes = "; ".join(" ".join(map(str, node["target"])) for node in violation["nodes"][:4])
            self._note(f"axe {how}: {violation['id']}: {nodes}")
        room, wanted = self.page.evaluate(
            "[document.documentElement.clientWidth, document.documentElement.scrollWidth]"
        )
        if wanted > room:
            self._note(f"too wide {how}: {wanted} in {room}: {_widest(self.page)}")
        spoken = self.page.get_attribute("html", "lang")
        if spoken != how.split()[1]:
            self._note(f"language {how}: {spoken}")
        if self.page.locator("h1").count() != 1:
            self._note(f"headings {how}: {self.page.locator('h1').count()} h1")

    def links(self) -> list[str]:
        """Return where the page leads, on this host."""
        found = self.page.eval_on_selector_all("a[href]", "all => all.map(a => a.href)")
        here = [urldefrag(link).url.removeprefix(self.address) for link in found]
        return [path for path in here if path.startswith("/") and not path.startswith(_TALK)]

    def crawl(self, *starts: str) -> None:
        """Open every page that links lead to, but not all of the same kind."""
        waiting, seen = deque(starts), set(starts)
        kinds: Counter[str] = Counter()
        while waiting and len(self.opened) < PAGES:
            path = waiting.popleft()
            kinds[kind_of(path)] += 1
            if kinds[kind_of(path)] > ALIKE or not self._is_page(path):
                continue
            self.look(path)
            for link in self.links():
                if link not in seen:
                    seen.add(link)
                    waiting.append(link)

    def _is_page(self, path: str) -> bool:
        """Tell whether an address is a page; a link that leads nowhere is noted."""
        answer = self.context.request.get(f"{self.address}{path}")
        if not answer.ok:
            self.troubles.setdefault(path, []).append(f"a link leads to {answer.status}")
        return answer.ok and answer.headers.get("content-type", "").startswith("text/html")


def _widest(page: Page) -> str:
    """Return what sticks out of a page, to be found by who mends it."""
    return str(
        page.evaluate(
            """() => Array.from(document.querySelectorAll("body *"))
            .filter(item => item.getBoundingClientRect().right > innerWidth + 1)
            .slice(0, 3).map(item => item.tagName + "." + item.className).join(", ")"""
        )
    )


def kind_of(path: str) -> str:
    """Return what addresses of the same kind have in common: no codes, no values."""
    parts = urlsplit(path)
    names = ",".join(sorted({name for name, _ in parse_qsl(parts.query)}))
    return "/".join(_CODE.sub("#", part) for part in parts.path.split("/")) + "?" + names
