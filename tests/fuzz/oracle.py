"""What must hold whatever came in."""

import hashlib
from dataclasses import dataclass
from random import Random

import sqlalchemy as sa
from lxml import etree

from gateway.contracts import SOAP11, Lookup, Role, compiled, lookup_name
from storage.tables import messages, metadata
from tests.fuzz.entries import Entry, Target
from tests.support.hostile import Answered, tell_nothing

JUDGED = frozenset({200, 400, 401, 403, 404, 405, 413, 415, 500})
"""The statuses by which a message is judged; a fault of ours says ``Server`` beside its 500."""

SCHEMAS = {role.value: f"foglio_congedo/{role}.xsd" for role in Role} | {
    lookup.value: f"ans/{lookup_name(lookup)}_types.xsd" for lookup in Lookup
}
"""The contract of the answers at each address, by its last step."""


class Broken(AssertionError):  # noqa: N818  what it says of a message
    """Something that must hold does not; the message says what."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an answer said, in as few words as make a difference: the corpus keeps one of each."""

    entry: str
    status: int
    words: tuple[str, ...]


def state(target: Target) -> str:
    """Return a digest of all that is stored, but for the journal."""
    digest = hashlib.sha256()
    with target.installation.store.reader.connect() as connection:
        for table in metadata.sorted_tables:
            if table is not messages:
                digest.update(repr(connection.execute(sa.select(table)).all()).encode())
    return digest.hexdigest()


def try_one(target: Target, entry: Entry, content: bytes, random: Random) -> tuple[Verdict, bool]:
    """Send a message and check all that must hold; return the verdict and whether it was accepted.

    Raises:
        Broken: what does not hold.
    """
    before = state(target)
    answer = target.send(entry, content, random)
    accepted, words = _read(entry, answer)
    if not accepted and state(target) != before:
        raise Broken(f"a message that was not accepted changed something: {words}")
    return Verdict(entry.name, answer.status, words), accepted


def _read(entry: Entry, answer: Answered) -> tuple[bool, tuple[str, ...]]:
    if answer.status not in JUDGED or b":Server" in answer.content:
        raise Broken(f"status {answer.status}: {answer.content[:300]!r}")
    tell_nothing(answer)
    body = etree.fromstring(answer.content).find(f"{{{SOAP11}}}Body")
    if body is None or len(body) != 1:
        raise Broken("the answer is no SOAP message")
    if body[0].tag == f"{{{SOAP11}}}Fault":
        if answer.status == 200:
            raise Broken("a fault with status 200")
        return False, ((body[0].findtext("faultcode") or "").rpartition(":")[2],)
    schema = compiled(SCHEMAS[entry.path.rpartition("/")[2]])
    if not schema.validate(body[0]):
        raise Broken(f"the answer breaks the contract: {schema.error_log.last_error}")
    if "/ans/" in entry.path:
        codes = body[0].findall(".//{*}codiceRitorno")
        return True, tuple(sorted({code.text or "" for code in codes}))
    code = body[0].findtext("*/esito/codEsito") or ""
    text = body[0].findtext("*/esito/descEsito") or ""
    codes = {part[1 : part.index("]")] for part in text.split("; ") if part.startswith("[")}
    return code == "0", (code, *sorted(codes)[:1])
