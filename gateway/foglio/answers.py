"""What an answer says at its head, whoever wrote it: the code and the words of its outcome."""

from gateway.foglio.parsing import ForbiddenDocument, NotXml, parse


def told(content: bytes) -> str:
    """Return the words of an answer: of its outcome, or of its fault; empty if there are none."""
    if not content:
        return ""
    try:
        root = parse(content)
    except (NotXml, ForbiddenDocument):
        return ""
    for name in ("descEsito", "faultstring"):
        found = next(root.iter(f"{{*}}{name}", name), None)
        if found is not None and found.text:
            return " ".join(found.text.split())
    return ""
