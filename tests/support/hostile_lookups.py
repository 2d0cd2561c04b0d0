"""A lookup under attack: what is no valid call leaves one row, a stranger none."""

from dataclasses import dataclass, replace
from typing import Any

from gateway.contracts import Lookup
from tests.support.hostile import Answered, Sending, Site, tell_nothing
from tests.support.titles import PATHS, ask_diploma, ask_titles

ASK = {Lookup.TITLES: ask_titles(), Lookup.DIPLOMA: ask_diploma()}
MUST = (500, "MustUnderstand", "Intestazione SOAP obbligatoria non riconosciuta")


@dataclass(frozen=True)
class Attack:
    """A lookup under attack."""

    site: Site
    lookup: Lookup

    @property
    def plain(self) -> Sending:
        return Sending(path=PATHS[self.lookup])

    @property
    def sound(self) -> bytes:
        return ASK[self.lookup]

    def send(self, content: bytes, **how: Any) -> Answered:
        return replace(self.plain, **how).to(self.site.application, content)

    def refuse(self, content: bytes, expected: tuple[int, str, str], **how: Any) -> None:
        """Send what is no valid call: one fault, one row of the journal, nothing else."""
        before = self.site.rows()
        answer = self.send(content, **how)
        assert answer.fault == expected
        before["messages"] = before.get("messages", 0) + 1
        assert self.site.rows() == before
        row, message, kept = self.site.latest()
        assert (row.result, row.code, row.partner) == ("fault", expected[0], "91")
        assert content.startswith(message)
        assert kept == answer.content
        assert self.lookup is Lookup.TITLES or message == b""
        tell_nothing(answer)
        assert "Congedo-Fonte" not in answer.headers

    def turn_away(self, content: bytes, expected: tuple[int, str, str], **how: Any) -> Answered:
        """Send as nobody we know: one fault, and no row anywhere."""
        before = self.site.rows()
        answer = self.send(content, **how)
        assert answer.fault == expected
        assert self.site.rows() == before
        tell_nothing(answer)
        return answer
