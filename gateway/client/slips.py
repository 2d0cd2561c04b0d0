"""Slips of form in answers: each tolerance of our reading has a name, so that it can be counted.

The readers go by local names and do not need this; a slip changes nothing of what they read. It
tells an office that the partner's software does not keep to the contract, and in which way
(``docs/interoperability.md``). An answer that follows the contract has none.
"""

import copy
import re
from collections.abc import Callable

from lxml import etree

from gateway.contracts import SOAP11, compiled
from gateway.domain.partners import AnswerSlip

_NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
_CODE = re.compile(
    r"(?:Client|Server|Sender|Receiver|VersionMismatch|MustUnderstand)(?:\.\w{1,40})*"
)
"""What SOAP calls its faults; a partner's own names may be anything, of a student too."""
_SECURITY = frozenset(
    {
        "FailedAuthentication",
        "FailedCheck",
        "InvalidSecurity",
        "InvalidSecurityToken",
        "MessageExpired",
        "SecurityError",
        "SecurityTokenUnavailable",
        "UnsupportedAlgorithm",
        "UnsupportedSecurityToken",
    }
)
"""What WS-Security 1.1 (chapter 12) calls its faults, and WSS4J, which says why in its log only."""
_RENAMED = {"Receiver": "Server", "Sender": "Client"}


def fault_code(root: etree._Element) -> str | None:
    """Return the code of a fault, without its prefix; ``None`` where there is no fault.

    ``unknown`` stands for a code that is missing or is no word.

    node-soap writes a fault in SOAP 1.1 as SOAP 1.2 has them: ``Code/Value`` for ``faultcode``.
    """
    fault = next(root.iter("{*}Fault"), None)
    if fault is None:
        return None
    told = next(fault.iter("{*}faultcode"), None)
    if told is None:
        told = fault.find("{*}Code/{*}Value")
    word = (told.text or "").strip().rpartition(":")[2] if told is not None else ""
    if word not in _SECURITY and not _CODE.fullmatch(word):
        return "unknown"
    return _RENAMED.get(word, word)


def slips_of(root: etree._Element, schema: str, answering: str) -> tuple[AnswerSlip, ...]:
    """Return what must be mended for an answer to follow its contract, in the order of the rules.

    ``answering`` is the element that holds the answer, as ``{namespace}name``. What no rule mends
    is ``ELEMENTS`` if only elements are missing or in the wrong place, else ``OTHER``.
    """
    body = root.find(f"{{{SOAP11}}}Body")
    whole = next(iter(body), None) if body is not None else None
    if whole is None:
        return (AnswerSlip.OTHER,)
    document = compiled(schema)
    if document.validate(whole):
        return ()
    whole = copy.deepcopy(whole)
    answer = next(whole.iter(f"{{*}}{etree.QName(answering).localname}"), None)
    found: list[AnswerSlip] = []
    for slip, mend in _RULES.items():
        if answer is not None and mend(answer, answering, schema):
            found.append(slip)
            if document.validate(whole):
                return tuple(found)
    left = {entry.type_name for entry in document.error_log}
    return (*found, AnswerSlip.ELEMENTS if left == _MISPLACED else AnswerSlip.OTHER)


_MISPLACED = {"SCHEMAV_ELEMENT_CONTENT"}


def _result_namespace(answer: etree._Element, answering: str, _: str) -> bool:
    """node-soap and PHP: ``XResult`` without its namespace."""
    changed = str(answer.tag) != answering
    answer.tag = answering
    return changed


def _children_namespace(answer: etree._Element, answering: str, schema: str) -> bool:
    """Children with a namespace where the contract has none (the lookups: where it has one)."""
    space = f"{{{etree.QName(answering).namespace}}}" if schema.startswith("ans/") else ""
    changed = False
    for item in answer.iterdescendants("*"):
        right = f"{space}{etree.QName(item).localname}"
        if item.tag != right:
            item.tag = right
            changed = True
    return changed


def _type_attributes(answer: etree._Element, *_: str) -> bool:
    """``xsi:type`` and the like, of stacks that also speak rpc/encoded."""
    changed = False
    for item in answer.iter("*"):
        for name in [
            name for name in map(str, item.attrib) if name.startswith("{") and name != _NIL
        ]:
            del item.attrib[name]
            changed = True
    return changed


def _empty_elements(answer: etree._Element, *_: str) -> bool:
    """Optional elements that are there and empty, or ``xsi:nil``."""
    empty = [
        item
        for item in answer.iterdescendants("*")
        if not len(item) and not (item.text or "").strip() and not set(item.attrib) - {_NIL}
    ]
    for item in empty:
        parent = item.getparent()
        if parent is not None:
            parent.remove(item)
    return bool(empty)


_RULES: dict[AnswerSlip, Callable[[etree._Element, str, str], bool]] = {
    AnswerSlip.RESULT_NAMESPACE: _result_namespace,
    AnswerSlip.CHILDREN_NAMESPACE: _children_namespace,
    AnswerSlip.TYPE_ATTRIBUTES: _type_attributes,
    AnswerSlip.EMPTY_ELEMENTS: _empty_elements,
}
