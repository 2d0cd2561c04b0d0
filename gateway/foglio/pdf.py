"""Whether a document is a PDF that can be kept as an attachment (T16)."""

import io

NOT_PDF = "attachment_not_pdf"
_BROKEN = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What the reader raises over documents that are none, besides its own errors."""


def problem_of(content: bytes) -> str:
    """Return ``attachment_not_pdf`` for what is no sound, open PDF with pages; else nothing."""
    # pypdf costs every server process 15 MB and 0.15 s at start, for a few attachments a day
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    if not content.startswith(b"%PDF-"):
        return NOT_PDF
    try:
        reader = PdfReader(io.BytesIO(content), strict=True)
        sound = not reader.is_encrypted and len(reader.pages) > 0
    except (PyPdfError, *_BROKEN):
        return NOT_PDF
    return "" if sound else NOT_PDF
