"""One identifier for both halves of an exchange: W3C Trace Context, read strictly.

Who calls says ``traceparent: 00-<32 hexadecimal digits>-<16>-<2>``; the 32 digits are the
correlation. Ours are the identifier of the message in our journal, so each call has one of its own.
Who answers keeps the caller's beside its own identifier, never in place of it, and returns it as
``traceresponse``. What does not have exactly this form is not there.
"""

import re

REQUEST_HEADER = "traceparent"
ANSWER_HEADER = "traceresponse"
ENVIRON_NAME = "HTTP_TRACEPARENT"

_FORM = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
_IDENTIFIER = re.compile(r"[0-9a-f]{32}", re.ASCII)
_NOTHING = frozenset({"0" * 32, "0" * 16})


def read(header: str) -> str:
    """Return the correlation that a header carries, empty if it has none we read.

    Another version, capitals, blanks, a header given twice, identifiers of zeros: none is read.
    """
    found = _FORM.fullmatch(header)
    if found is None or not _NOTHING.isdisjoint(found.groups()):
        return ""
    return found.group(1)


def write(correlation: str, message_id: str) -> str:
    """Return a header: the correlation, and by which message it is said; empty if it has no form.

    The second part is the half of a message's identifier that is chance.
    """
    if not is_identifier(correlation) or not is_identifier(message_id):
        return ""
    return f"00-{correlation}-{message_id[16:]}-01"


def is_identifier(text: str) -> bool:
    """Tell whether a text has the form of a correlation and of our messages' identifiers."""
    return _IDENTIFIER.fullmatch(text) is not None and text not in _NOTHING
