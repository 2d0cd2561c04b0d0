"""Documents of announced attachments, brought by the office."""

import pytest

from gateway.domain.attachments import MAX_BYTES, Attachment, AttachmentState, own_document
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.rejections import Cause
from gateway.usecases import attachments_by_hand
from tests.support.clock import START
from tests.support.fakes import FakeDocuments
from tests.support.fakes_samples import TODAY, attachment, foglio, refused
from tests.support.fakes_samples import draft as sample
from tests.support.fakes_store import FakeUnitOfWork

pytestmark = pytest.mark.requirement("T16")

CONTENT = b"<foglio/>"


@pytest.fixture
def transfer(origin_uow: FakeUnitOfWork, documents: FakeDocuments) -> OutgoingTransfer:
    announced = (attachment("A1"), attachment("A2", size=3))
    documents.know(CONTENT, foglio(attachments=announced))
    number = origin_uow.foglios.add_draft(CONTENT, START)
    return origin_uow.outgoing.add(sample(foglio=number, state=OriginState.ELABORATA))


def document(attachment_id: str = "A1", content: bytes = b"%PDF") -> Attachment:
    """Return a document of our own."""
    return own_document(attachment_id, "a.pdf", content, TODAY)


def test_a_document_is_kept_and_then_replaced(
    origin_uow: FakeUnitOfWork, documents: FakeDocuments, transfer: OutgoingTransfer
) -> None:
    def bring(content: bytes) -> bool:
        return attachments_by_hand.bring(
            transfer, document(content=content), uow=origin_uow, documents=documents
        )

    assert bring(b"one") is False
    assert bring(b"two") is True
    first, second = attachments_by_hand.announced(transfer, uow=origin_uow, documents=documents)
    assert first.document is not None
    assert (first.document.content, first.document.state) == (b"two", AttachmentState.OWN)
    assert second.document is None


@pytest.mark.parametrize(
    ("wrong", "cause"),
    [
        (document("A9"), Cause.ATTACHMENT_NOT_FOUND),
        (document("A1", b""), Cause.ATTACHMENT_TOO_LARGE),
        (document("A1", b"x" * (MAX_BYTES + 1)), Cause.ATTACHMENT_TOO_LARGE),
        (document("A2", b"longer than announced"), Cause.VALUES_DISAGREE),
    ],
)
def test_what_does_not_fit_is_refused(
    origin_uow: FakeUnitOfWork,
    documents: FakeDocuments,
    transfer: OutgoingTransfer,
    wrong: Attachment,
    cause: Cause,
) -> None:
    with refused(cause):
        attachments_by_hand.bring(transfer, wrong, uow=origin_uow, documents=documents)


def test_a_request_that_has_ended_takes_no_documents(
    origin_uow: FakeUnitOfWork, documents: FakeDocuments, transfer: OutgoingTransfer
) -> None:
    ended = origin_uow.outgoing.save(
        sample(
            foglio=transfer.foglio,
            state=OriginState.CHIUSA,
            transfer_id=transfer.transfer_id,
            version=transfer.version,
        )
    )
    with refused(Cause.EVENT_NOT_ALLOWED):
        attachments_by_hand.bring(ended, document(), uow=origin_uow, documents=documents)
