"""Whether a document is a PDF that can be kept as an attachment (T16)."""

import io

NOT_PDF = "attachment_not_pdf"


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
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, OSError):
        return NOT_PDF
    return "" if sound else NOT_PDF
