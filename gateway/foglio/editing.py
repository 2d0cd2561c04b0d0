"""Changing a foglio element by element, in the order of the schema.

A foglio that is worked on may break the schema: an element that must be there and has no value
stays as an empty one, so that what is wrong with it has a place. What may be missing goes.
"""

from lxml import etree

from gateway.contracts import legal
from gateway.foglio.documents import element_of
from gateway.foglio.form_schema import Node, Step, foglio, node_at, steps


class NoSuchPlace(Exception):  # noqa: N818  names what was asked for
    """The schema has nothing at this path, or the foglio has not as many of it."""


def opened(content: bytes) -> etree._Element:
    """Return a foglio to be changed.

    Raises:
        Rejection: it is no foglio.
    """
    return element_of(content)


def written(root: etree._Element) -> bytes:
    """Return a changed foglio as a document."""
    etree.cleanup_namespaces(root)
    return bytes(etree.tostring(root, encoding="utf-8"))


def _parts(path: str) -> list[Step]:
    if node_at(path) is None:
        raise NoSuchPlace(path)
    return steps(path)


def find(root: etree._Element, path: str) -> etree._Element | None:
    """Return the element at a path, if the foglio has it; that of an attribute has it too."""
    here = root
    for step in _parts(path):
        if step.node.name.startswith("@"):
            break
        twins = here.findall(step.node.name)
        if step.position > len(twins):
            return None
        here = twins[step.position - 1]
    return here


def value_at(root: etree._Element, path: str) -> str:
    """Return the value of a field, empty if there is none."""
    element = find(root, path)
    if element is None:
        return ""
    name = path.rpartition("/")[2]
    return element.get(name[1:], "") if name.startswith("@") else (element.text or "")


def put(root: etree._Element, path: str, value: str) -> None:
    """Give a field a value; without one it goes, or stays empty where the schema demands it.

    Raises:
        NoSuchPlace: the schema has no field there.
    """
    found = _parts(path)
    node, value = found[-1].node, legal(value).strip()
    if node.is_group:
        raise NoSuchPlace(path)
    element = find(root, path)
    if element is None and not value:
        return
    if element is None:
        element = _made(root, found)
    if node.name.startswith("@"):
        _put_attribute(element, node.name[1:], value)
    elif value or node.required:
        element.text = value
    else:
        _without(element)


def _put_attribute(element: etree._Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    else:
        element.attrib.pop(name, None)


def _made(root: etree._Element, found: list[Step]) -> etree._Element:
    """Return the last element of a path, made with all above it that is not there yet."""
    here, node = root, foglio()
    for step in found:
        if step.node.name.startswith("@"):
            break
        twins = here.findall(step.node.name)
        if step.position <= len(twins):
            here = twins[step.position - 1]
        else:
            here = _inserted(here, node, step.node)
        node = step.node
    return here


def _inserted(parent: etree._Element, above: Node, node: Node) -> etree._Element:
    """Put a new element where the schema wants it, behind its twins, with all it must have."""
    order = [child.name for child in above.children]
    mine = order.index(node.name)
    position = sum(1 for item in parent if item.tag in order[: mine + 1])
    element = etree.Element(node.name)
    parent.insert(position, element)
    _furnish(element, node)
    return element


def _furnish(element: etree._Element, node: Node) -> None:
    for child in node.children:
        if child.required:
            _furnish(etree.SubElement(element, child.name), child)


def add(root: etree._Element, path: str) -> str:
    """Add one more of a repeating element; return its path.

    Raises:
        NoSuchPlace: it does not repeat, or there are as many as the schema takes.
    """
    found = _parts(path)
    node = found[-1].node
    known = len(found) == 1 or find(root, path.rpartition("/")[0]) is not None
    above = _made(root, found[:-1])
    there = len(above.findall(node.name))
    if there and not known:  # what was just made has its first one already
        return _numbered(path, 1)
    if not node.repeats or there >= node.most:
        raise NoSuchPlace(path)
    _inserted(above, found[-2].node if len(found) > 1 else foglio(), node)
    return _numbered(path, there + 1)


def make(root: etree._Element, path: str) -> None:
    """Make a group that is not there yet, with all it must have.

    Raises:
        NoSuchPlace: the schema has nothing there.
    """
    _made(root, _parts(path))


def put_all(root: etree._Element, path: str, values: list[str]) -> None:
    """Give a repeating field these values, in this order; blank ones are left out.

    Raises:
        NoSuchPlace: the schema has no field there, or takes fewer.
    """
    node = _parts(path)[-1].node
    wanted = [value for value in values if legal(value).strip()]
    if node.is_group or len(wanted) > node.most:
        raise NoSuchPlace(path)
    head, slash, last = path.rpartition("/")
    name = f"{head}{slash}{last.partition('[')[0]}"
    while (extra := find(root, f"{name}[{len(wanted) + 1}]")) is not None:
        _without(extra)
    for position, value in enumerate(wanted, start=1):
        put(root, f"{name}[{position}]", value)


def _numbered(path: str, position: int) -> str:
    head, slash, last = path.rpartition("/")
    return f"{head}{slash}{last.partition('[')[0]}[{position}]"


def remove(root: etree._Element, path: str) -> None:
    """Remove an element, and what may not stand without it; one that must be there is emptied.

    Raises:
        NoSuchPlace: it is not there.
    """
    found = _parts(path)
    element = find(root, path)
    if element is None:
        raise NoSuchPlace(path)
    parent = element.getparent()
    assert parent is not None
    last = len(parent.findall(element.tag)) == 1
    if last and found[-1].node.required and not _goes_with(found, parent):
        _empty(element, found[-1].node)
    else:
        _without(element)


def _goes_with(found: list[Step], parent: etree._Element) -> bool:
    """Tell whether the element above may go with its last child."""
    return len(found) > 1 and not found[-2].node.required and len(parent) == 1


def _empty(element: etree._Element, node: Node) -> None:
    for child in list(element):
        element.remove(child)
    element.text = None
    _furnish(element, node)


def _without(element: etree._Element) -> None:
    """Take an element away, and those above that held nothing else and may be missing."""
    parent = element.getparent()
    if parent is None:
        return
    parent.remove(element)
    above = parent.getparent()
    if not len(parent) and not parent.attrib and above is not None and _optional(parent):
        _without(parent)


def _optional(element: etree._Element) -> bool:
    names = [item.tag for item in element.iterancestors()][::-1][1:]
    node = node_at("/".join([*names, element.tag]))
    return node is not None and not node.required


def _says_something(element: etree._Element) -> bool:
    """Tell whether there is any value in an element."""
    return any((item.text or "").strip() or item.attrib for item in element.iter())


def tidy(root: etree._Element) -> None:
    """Take away single groups that may be missing and say nothing."""
    _tidy(root, foglio())


def _tidy(element: etree._Element, node: Node) -> None:
    for child in node.children:
        if not child.is_group:
            continue
        for item in element.findall(child.name):
            _tidy(item, child)
            if not child.required and not child.repeats and not _says_something(item):
                element.remove(item)
