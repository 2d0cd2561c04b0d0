"""Named deviations from the contract that are read all the same, where a partner's profile says so.

A message that follows the contract never comes here. One that does not is mended by the rules its
partner has, in place, and judged again; each rule that changed something is reported, so that it
can be counted and shown on the practice. Writing knows no tolerance.
"""

import re
from collections.abc import Callable, Iterable

from lxml import etree

from gateway.contracts import POLIJ, elements_of_type
from gateway.domain.partners import ToleranceRule

_POLIJ = f"{{{POLIJ}}}"
_NAMES = {
    "idpratica": "IdPratica",
    "id_pratica": "IdPratica",
    "iddocumento": "IdDocumento",
    "idallegato": "IdDocumento",
}
_ITALIAN_DATE = re.compile(r"(\d{2})/(\d{2})/(\d{4})|(\d{2})(\d{2})(\d{4})")
_ISO_WITH_MORE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T00:00:00(?:\.0+)?)?(?:Z|[+-]\d{2}:\d{2})?")


def mend(body: etree._Element, rules: Iterable[ToleranceRule]) -> tuple[ToleranceRule, ...]:
    """Apply ``rules`` to a message's root and return those that changed something."""
    wanted = frozenset(rules)
    return tuple(rule for rule, apply in _RULES.items() if rule in wanted and apply(body))


def _namespaces(body: etree._Element) -> bool:
    """Children qualified with the request's namespace, as stacks with qualified forms send them."""
    changed = False
    for element in body.iterdescendants():
        if isinstance(element.tag, str) and element.tag.startswith(_POLIJ):
            element.tag = element.tag[len(_POLIJ) :]
            changed = True
    return changed


def _names(body: etree._Element) -> bool:
    """Parameters spelt otherwise in the guideline itself (A.2: IDPratica, IDAllegato)."""
    changed = False
    for element in body:
        right = _NAMES.get(str(element.tag).lower())
        if right is not None and element.tag != right:
            element.tag = right
            changed = True
    return changed


def _status_case(body: etree._Element) -> bool:
    """``Chiudi`` for ``CHIUDI`` (guideline A.4.2)."""
    element = body.find("StatoChange")
    if element is None or not element.text or element.text.strip() == element.text.strip().upper():
        return False
    element.text = element.text.strip().upper()
    return True


def _dates(body: etree._Element) -> bool:
    """Days as dd/mm/yyyy or ddmmyyyy (both in the guideline's examples), or with a time zone."""
    changed = False
    for name in elements_of_type("DataType"):
        for element in body.iterdescendants(name):
            iso = _iso(element.text or "")
            if iso is not None:
                element.text = iso
                changed = True
    return changed


def _iso(text: str) -> str | None:
    """Return the ISO form of a deviating date, ``None`` if it is ISO already or no date at all."""
    text = text.strip()
    if match := _ITALIAN_DATE.fullmatch(text):
        day, month, year = (group for group in match.groups() if group is not None)
        return f"{year}-{month}-{day}"
    if (match := _ISO_WITH_MORE.fullmatch(text)) and match.group(1) != text:
        return match.group(1)
    return None


def _stray_text(body: etree._Element) -> bool:
    """Text between elements, like the slash that the guideline prints after one start tag."""
    changed = False
    for element in body.iter():
        if len(element) and element.text and element.text.strip():
            element.text = None
            changed = True
        if element is not body and element.tail and element.tail.strip():
            element.tail = None
            changed = True
    return changed


_RULES: dict[ToleranceRule, Callable[[etree._Element], bool]] = {
    ToleranceRule.NAMESPACES: _namespaces,
    ToleranceRule.NAMES: _names,
    ToleranceRule.STATUS_CASE: _status_case,
    ToleranceRule.DATES: _dates,
    ToleranceRule.STRAY_TEXT: _stray_text,
}
