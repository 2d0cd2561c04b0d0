"""Attachments of a foglio (T16): PDF only, 200 KB at most, until the day the foglio declares."""

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from hashlib import sha256

from gateway.domain.rejections import Cause, refuse

MEDIA_TYPE = "application/pdf"
MAX_BYTES = 200 * 1024


class AttachmentState(StrEnum):
    """Where an attachment stands at the side that keeps it."""

    OWN = "own"
    AWAITED = "awaited"
    FETCHED = "fetched"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class AttachmentReference:
    """What the foglio says of an attachment. ``size`` is in bytes, ``sha256`` in hexadecimal."""

    attachment_id: str
    name: str = field(repr=False)
    media_type: str
    available_until: date
    size: int | None = None
    sha256: str | None = None

    def check_content(self, content: bytes) -> None:
        """Check that a document is the one announced.

        Raises:
            Rejection: its size or its fingerprint is another.
        """
        if self.size is not None and len(content) != self.size:
            raise refuse(Cause.VALUES_DISAGREE, "Dimensione", why="Dimensione")
        if self.sha256 and sha256(content).hexdigest() != self.sha256.lower():
            raise refuse(Cause.VALUES_DISAGREE, "Impronta", why="Impronta")


@dataclass(frozen=True, slots=True)
class Attachment:
    """An attachment kept here; ``content`` is ``None`` until it has been fetched."""

    reference: AttachmentReference
    state: AttachmentState
    content: bytes | None = field(default=None, repr=False)
    problem: str = field(default="", repr=False)

    def with_state(self, state: AttachmentState, problem: str = "") -> "Attachment":
        """Return the attachment in another state."""
        return replace(self, state=state, problem=problem)

    def arrived(self, content: bytes) -> "Attachment":
        """Return the attachment with its content."""
        return replace(self, state=AttachmentState.FETCHED, content=content, problem="")


def own_document(attachment_id: str, name: str, content: bytes, until: date) -> Attachment:
    """Return a document of our own for an announced attachment, available until a day."""
    reference = AttachmentReference(
        attachment_id, name, MEDIA_TYPE, until, len(content), sha256(content).hexdigest()
    )
    return Attachment(reference, AttachmentState.OWN, content)


def check_size(content: bytes, path: str = "allegato") -> None:
    """Check the size of a document, in bytes.

    Raises:
        Rejection: ``content`` is empty or over 200 KB.
    """
    if not 0 < len(content) <= MAX_BYTES:
        raise refuse(Cause.ATTACHMENT_TOO_LARGE, path, size=str(len(content)), limit=str(MAX_BYTES))


def give(attachment: Attachment | None, today: date) -> bytes:
    """Return the content of ``attachment`` if the partner may still have it ``today``.

    Raises:
        Rejection: there is no such attachment, or its term has passed.
    """
    if attachment is None or attachment.content is None:
        raise refuse(Cause.ATTACHMENT_NOT_FOUND, "IdDocumento", attachment="")
    if today > attachment.reference.available_until:
        raise refuse(
            Cause.ATTACHMENT_EXPIRED,
            "IdDocumento",
            until=attachment.reference.available_until.strftime("%d/%m/%Y"),
        )
    return attachment.content
