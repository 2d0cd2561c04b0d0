"""Transfers of the marked student between two installations in one process."""

import sqlalchemy as sa

from gateway.domain.attachments import Attachment, AttachmentReference, AttachmentState
from gateway.domain.identifiers import IdPratica
from gateway.domain.offers import Offer
from gateway.usecases import origin
from storage.store import Store
from storage.tables import metadata
from tests.support import marks
from tests.support.fakes_samples import course
from tests.support.transfers import STUDENT, Steps

REFERENCE = AttachmentReference(
    marks.ATTACHMENT, marks.FILE_NAME, "application/pdf", marks.request().available_until
)


def marked_draft(steps: Steps, content: bytes = b"") -> IdPratica:
    """Keep the marked student's draft, with its attachment."""
    world = steps.world.origin
    practice = steps.origin(
        lambda uow: origin.draft(
            content or marks.marked_foglio(),
            STUDENT,
            uow=uow,
            documents=world.documents,
            now=world.clock(),
        )
    ).id_pratica
    steps.origin(
        lambda uow: origin.attach(
            origin.find(practice, uow=uow),
            Attachment(REFERENCE, AttachmentState.OWN, marks.marked_pdf()),
            uow=uow,
        )
    )
    return practice


def marked_ready(steps: Steps) -> IdPratica:
    """Bring the marked student's request to elaborata with every check settled."""
    return steps.ready_from(marked_draft(steps))


def marked_sent(steps: Steps) -> IdPratica:
    """Bring the marked student's request to trasferita; the attachment is fetched too."""
    practice = marked_ready(steps)
    steps.authorise(practice)
    steps.deliver_all()
    return practice


def marked_completed(steps: Steps) -> IdPratica:
    """Let the marked student's transfer run to its end, with a revision and words on it."""
    practice = marked_sent(steps)
    steps.ask_revision(practice, marks.WHY)
    steps.deliver_all()
    steps.send_again(practice, marks.WHY)
    steps.deliver_all()
    steps.conclude(practice)
    return practice


def refused_before_it_began(steps: Steps) -> IdPratica:
    """Let the destination refuse the marked student's foglio: no practice begins over there."""
    offer = Offer(2026, (course(),), steps.world.clock())
    steps.destination(lambda uow: uow.offers.publish(offer))
    asked = marks.request(course="0920207302499999")
    practice = steps.ready_from(marked_draft(steps, marks.marked_foglio(asked)))
    steps.authorise(practice)
    steps.deliver_all()
    return practice


def opened_columns(store: Store) -> list[tuple[str, bytes | str]]:
    """Return every value of every column of every table, what is sealed opened."""
    found: list[tuple[str, bytes | str]] = []
    with store.reader.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)):
                for column, value in zip(table.columns, row, strict=True):
                    if value is None:
                        continue
                    name = f"{table.name}.{column.name}"
                    if column.name.endswith("_sealed"):
                        found.append((name, store.cipher.open(value)))
                    else:
                        found.append((name, str(value)))
    return found
