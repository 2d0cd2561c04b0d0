"""Attachments of a request, by the commands (T16)."""

from pathlib import Path

import pytest

from tests.support.cli import REFUSED
from tests.support.cli_pair import TODAY, Pair, drafted, ready, write_pdf

pytestmark = pytest.mark.requirement("T16")


def test_announced_attachments_must_be_there_to_send(pair: Pair) -> None:
    practice = ready(pair, attachments=(("D1", "Programmi"),))
    assert pair.origin.refused("transfer", "send", practice) == ["attachment_not_found"]
    document = write_pdf(pair.folder, "D1")
    words = ("transfer", "attach", practice, document, "--until", f"{TODAY.year + 1}-03-31")
    assert pair.origin.done(*words, "--id", "D1") == {"ok": True, "id": "D1"}
    assert pair.origin.refused(*words, "--id", "D1") == ["already_exists"]
    (row,) = pair.origin.done("transfer", "show", practice)["attachments"]
    assert set(row) == {"id", "name", "state", "until", "problem"}
    pair.origin.done("transfer", "send", practice)
    pair.carry()
    (row,) = pair.destination.done("transfer", "received", "show", practice)["attachments"]
    assert (row["id"], row["state"]) == ("D1", "fetched")


@pytest.mark.parametrize(
    ("content", "cause"),
    [
        (b"", "attachment_not_pdf"),
        (b"testo", "attachment_not_pdf"),
        (b"%PDF-1.7", "attachment_not_pdf"),
    ],
)
def test_what_is_no_pdf_is_not_attached(pair: Pair, content: bytes, cause: str) -> None:
    practice = drafted(pair, attachments=(("D1", "Programmi"),))
    file = pair.folder / "D1.pdf"
    file.write_bytes(content)
    words = ("transfer", "attach", practice, str(file), "--id", "D1", "--until", "2030-01-01")
    assert pair.origin.refused(*words) == [cause]
    assert pair.origin.done("transfer", "show", practice)["attachments"] == []


def test_a_pdf_over_the_limit_is_not_attached(pair: Pair) -> None:
    practice = drafted(pair, attachments=(("D1", "Programmi"),))
    file = Path(write_pdf(pair.folder, "D1"))
    head, mark, tail = file.read_bytes().rpartition(b"startxref")
    file.write_bytes(head + b"%" + b"x" * 210_000 + b"\n" + mark + tail)
    words = ("transfer", "attach", practice, str(file), "--id", "D1", "--until", "2030-01-01")
    said = pair.origin.say(*words)
    assert said.status == REFUSED
    assert "massimo 204800" in said.out
    assert "(size)" not in said.out


def test_an_attachment_that_the_foglio_does_not_announce_is_refused(pair: Pair) -> None:
    document = write_pdf(pair.folder, "D9")
    words = ("transfer", "attach", drafted(pair), document, "--id", "D9", "--until", "2030-01-01")
    assert pair.origin.refused(*words) == ["attachment_not_found"]
