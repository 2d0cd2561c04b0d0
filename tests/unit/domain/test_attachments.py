"""Attachments: how large they may be, and until when they are given."""

from datetime import date

import pytest

from gateway.domain.attachments import MAX_BYTES, Attachment, AttachmentState, check_size, give
from gateway.domain.rejections import Cause
from tests.support.fakes_samples import attachment, refused

pytestmark = pytest.mark.requirement("T16")

LAST_DAY = date(2026, 10, 1)


def kept(content: bytes | None = b"%PDF") -> Attachment:
    return Attachment(attachment(available_until=LAST_DAY), AttachmentState.OWN, content)


@pytest.mark.parametrize("size", [1, 200 * 1024])
def test_a_document_up_to_200_kb_may_be_kept(size: int) -> None:
    check_size(b"x" * size)


@pytest.mark.parametrize("size", [0, 200 * 1024 + 1])
def test_an_empty_or_larger_document_is_refused_with_its_size(size: int) -> None:
    with refused(Cause.ATTACHMENT_TOO_LARGE) as refusal:
        check_size(b"x" * size)
    reason = refusal.value.reasons[0]
    assert reason.params == {"size": str(size), "limit": str(MAX_BYTES)}


def test_the_place_of_a_document_that_is_too_large_can_be_named() -> None:
    with refused(Cause.ATTACHMENT_TOO_LARGE) as refusal:
        check_size(b"", "Allegato[2]")
    assert refusal.value.reasons[0].path == "Allegato[2]"


def test_an_attachment_is_given_up_to_its_last_day() -> None:
    assert give(kept(), LAST_DAY) == b"%PDF"


def test_the_day_after_it_is_not_given_any_more() -> None:
    with refused(Cause.ATTACHMENT_EXPIRED) as refusal:
        give(kept(), date(2026, 10, 2))
    assert refusal.value.reasons[0].params == {"until": "01/10/2026"}


@pytest.mark.parametrize("missing", [None, kept(None)])
def test_an_attachment_without_a_document_is_not_found(missing: Attachment | None) -> None:
    with refused(Cause.ATTACHMENT_NOT_FOUND):
        give(missing, LAST_DAY)


def test_an_attachment_that_arrives_has_its_content_and_no_problem() -> None:
    failed = kept(None).with_state(AttachmentState.FAILED, "timeout")
    arrived = failed.arrived(b"%PDF-1.7")
    assert (arrived.state, arrived.content, arrived.problem) == (
        AttachmentState.FETCHED,
        b"%PDF-1.7",
        "",
    )


def test_a_failure_is_kept_with_its_problem() -> None:
    failed = kept().with_state(AttachmentState.FAILED, "expired")
    assert (failed.state, failed.problem) == (AttachmentState.FAILED, "expired")
