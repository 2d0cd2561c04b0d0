"""What identifies a message's content, whatever its encoding, prefixes, indentation or comments."""

import hashlib
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from gateway.domain.partners import ToleranceRule
from gateway.foglio.parsing import parse
from gateway.foglio.tolerance import mend

MAX_DIFFERENCES = 12


def fingerprint(body: etree._Element) -> str:
    """Return the hexadecimal SHA-256 of the canonical content of a message's root.

    The tree comes from ``parsing.parse``: no comments, no blank text between elements. Children are
    canonicalised one by one (exclusive C14N), so the prefix of the root does not count.
    """
    digest = hashlib.sha256(str(body.tag).encode())
    for child in body:
        digest.update(b"\x00")
        digest.update(_canonical(child))
    return digest.hexdigest()


def _canonical(element: etree._Element) -> bytes:
    try:
        return bytes(etree.tostring(element, method="c14n", exclusive=True, with_comments=False))
    except etree.C14NError:  # a relative namespace: legal XML that has no canonical form
        return bytes(etree.tostring(element, with_tail=False))


def message_fingerprint(content: bytes) -> str:
    """Return the fingerprint of a message as received, its tolerated deviations mended."""
    body = _body(content)
    mend(body, ToleranceRule)
    return fingerprint(body)


def differences(first: bytes, second: bytes) -> list[str]:
    """Return the paths at which two messages differ, at most 12 and then "…"; never a value."""
    found: list[str] = []
    for path in _differing(_body(first), _body(second), ""):
        if len(found) == MAX_DIFFERENCES:
            found.append("…")
            break
        found.append(path)
    return found


def _body(content: bytes) -> etree._Element:
    root = parse(content)
    body = root.find("{*}Body")
    return root if body is None or not len(body) else body[0]


def _name(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def _differing(first: etree._Element, second: etree._Element, path: str) -> Iterator[str]:
    if (first.text or "").strip() != (second.text or "").strip() or dict(first.attrib) != dict(
        second.attrib
    ):
        yield path or _name(first)
    ours, theirs = _numbered(first), _numbered(second)
    for key in [*ours, *(key for key in theirs if key not in ours)]:
        below = f"{path}/{key}" if path else key
        if key in ours and key in theirs:
            yield from _differing(ours[key], theirs[key], below)
        else:
            yield below


def _numbered(parent: etree._Element) -> dict[str, etree._Element]:
    """Return the children by name, repeated ones with their position."""
    names = [_name(child) for child in parent]
    many, seen = Counter(names), Counter[str]()
    numbered: dict[str, etree._Element] = {}
    for name, child in zip(names, parent, strict=True):
        seen[name] += 1
        numbered[f"{name}[{seen[name]}]" if many[name] > 1 else name] = child
    return numbered
