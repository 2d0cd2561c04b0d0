"""From what libxml2 says against the schema to reasons with paths.

libxml2 reports every violation with its path, in a millisecond; ``xmlschema`` would say the same in
thirty (ADR 0004). Values never enter a reason: the sentence is built from the path and the rule.
"""

import re
from collections.abc import Iterator

from lxml import etree

from gateway.contracts import elements_of_type, known_elements
from gateway.domain.rejections import Cause, Reason
from gateway.domain.terms import Section

MAX_REASONS = 40
"""More than anybody mends at once; the answer stays small however bad the document."""

_STRUCTURE = frozenset(
    {
        "SCHEMAV_ELEMENT_CONTENT",
        "SCHEMAV_CVC_ELT_1",
        "SCHEMAV_CVC_ELT_3_1",
        "SCHEMAV_CVC_COMPLEX_TYPE_2_1",
        "SCHEMAV_CVC_COMPLEX_TYPE_2_2",
        "SCHEMAV_CVC_COMPLEX_TYPE_2_3",
        "SCHEMAV_CVC_COMPLEX_TYPE_2_4",
        "SCHEMAV_CVC_COMPLEX_TYPE_3_1",
        "SCHEMAV_CVC_COMPLEX_TYPE_3_2_1",
        "SCHEMAV_CVC_COMPLEX_TYPE_3_2_2",
        "SCHEMAV_CVC_TYPE_3_1_1",
        "SCHEMAV_CVC_TYPE_3_1_2",
    }
)
_CAUSES = {
    "SCHEMAV_CVC_PATTERN_VALID": Cause.VALUE_MALFORMED,
    "SCHEMAV_CVC_ENUMERATION_VALID": Cause.CODE_UNKNOWN,
    "SCHEMAV_CVC_MAXLENGTH_VALID": Cause.VALUE_TOO_LONG,
    "SCHEMAV_CVC_MINLENGTH_VALID": Cause.VALUE_MALFORMED,
    "SCHEMAV_CVC_MININCLUSIVE_VALID": Cause.VALUE_OUT_OF_RANGE,
    "SCHEMAV_CVC_MAXINCLUSIVE_VALID": Cause.VALUE_OUT_OF_RANGE,
    "SCHEMAV_CVC_FRACTIONDIGITS_VALID": Cause.VALUE_MALFORMED,
}
_EXPECTED = re.compile(r"Expected is (?:one of )?\( ([^)]*) \)")
_STEP = re.compile(r"^(?:\w+:)?([^\[]+)(\[\d+\])?$")
_SECTIONS = frozenset(section.value for section in Section)


def path_of(entry: etree._LogEntry) -> str:
    """Return the path of a violation below the message's root, prefixes dropped."""
    steps = [_STEP.match(step) for step in (entry.path or "").split("/")[1:]]
    return "/".join("".join(filter(None, step.groups())) for step in steps if step)


def is_structural(entry: etree._LogEntry) -> bool:
    """Tell whether a violation is about which elements there are, rather than their values."""
    return entry.type_name in _STRUCTURE


def is_misplaced(entry: etree._LogEntry) -> bool:
    """Tell whether a violation is that its element must not stand where it does."""
    return "This element is not expected" in entry.message


def reasons(log: etree._ListErrorLog, root: str = "") -> Iterator[Reason]:
    """Yield a reason for each violation, at most 40; ``root`` is a leading step to leave out."""
    seen: set[tuple[Cause, str]] = set()
    for entry in log:
        reason = _reason(entry, root)
        if (reason.cause, reason.path) in seen:
            continue
        seen.add((reason.cause, reason.path))
        yield reason
        if len(seen) == MAX_REASONS:
            return


def _reason(entry: etree._LogEntry, root: str) -> Reason:
    path = path_of(entry).removeprefix(f"{root}/" if root else "")
    if entry.type_name in _STRUCTURE:
        return _structural(entry, path)
    name = path.rpartition("/")[2].partition("[")[0]
    if name == "CodiceFiscale":
        return Reason(Cause.CODICE_FISCALE_INVALID, path)
    if name == "SSD":  # a union of two lists: neither has it
        return Reason(Cause.CODE_UNKNOWN, path)
    if name in elements_of_type("DataType"):
        return Reason(Cause.DATE_IMPOSSIBLE, path)
    return Reason(_CAUSES.get(entry.type_name, Cause.VALUE_MALFORMED), path)


def _structural(entry: etree._LogEntry, path: str) -> Reason:
    expected = _EXPECTED.search(entry.message)
    names = expected.group(1).replace("##other*", "").split(", ") if expected else []
    if "Missing child element" in entry.message and names:
        return _missing(path, names[-1].strip())
    parent, _, found = path.rpartition("/")
    if len(names) == 1 and found in known_elements() and names[0] != found:
        # one of the schema's that comes too early: what is missing is the one before it
        return _missing(parent, names[0].strip())
    return Reason(Cause.ELEMENT_UNEXPECTED, path, {"expected": ", ".join(names)})


def _missing(parent: str, name: str) -> Reason:
    if name in _SECTIONS:
        return Reason(Cause.SECTION_MISSING, f"{parent}/{name}", {"section": name})
    return Reason(Cause.ELEMENT_MISSING, f"{parent}/{name}", {"element": name})
