"""Terms of keeping, on real databases: what goes, what stays, what a repeat is told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.domain.deliveries import DeliveryKind
from gateway.domain.identifiers import IdPratica
from gateway.domain.messages import CHANGING, Operation
from gateway.domain.rejections import Cause
from gateway.domain.retention import Kept
from gateway.usecases import origin
from gateway.usecases.posting import post
from gateway.usecases.privacy_ports import Access
from storage.hygiene import compact, settle
from storage.tables import accesses, deliveries, foglio_drafts, messages, outgoing
from tests.support import marks
from tests.support.contract_messages import outcome
from tests.support.databases import Maker, SqliteMaker
from tests.support.fakes_samples import refused
from tests.support.marked_world import (
    marked_completed,
    marked_draft,
    marked_sent,
    refused_before_it_began,
)
from tests.support.privacy import SIDES, ask_again, everywhere, run, seen, stored
from tests.support.storage import count, rows_of
from tests.support.transfers import STUDENT, Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = pytest.mark.integration


@pytest.fixture
def steps(make_steps: Callable[..., Steps], database: Maker) -> Steps:
    return make_steps(database)


def test_each_kind_goes_when_its_term_has_passed_and_not_before(steps: Steps) -> None:
    marked_completed(steps)
    assert everywhere(steps, 29) == {"origin": {}, "destination": {}}
    for found in everywhere(steps, 2).values():
        assert found == {Kept.TOKENS: 1}
    for found in everywhere(steps, 60).values():
        assert set(found) <= {Kept.DELIVERIES, Kept.LOOSE_MESSAGES}  # T1, T2: of no practice
        assert Kept.DELIVERIES in found
    later = everywhere(steps, 300)
    assert set(later["origin"]) == {Kept.ATTACHMENTS, Kept.CHECKS}
    assert set(later["destination"]) == {Kept.ATTACHMENTS}
    for found in everywhere(steps, 1500).values():
        assert set(found) == {Kept.MESSAGES, Kept.ATTACHMENTS}  # given until long after the end
    assert everywhere(steps, 10_000) == {"origin": {}, "destination": {}}


def test_when_every_term_has_passed_only_the_records_name_the_student(steps: Steps) -> None:
    marked_completed(steps)
    everywhere(steps, 2000)
    at_origin, at_destination = seen(steps, "origin"), seen(steps, "destination")
    assert set(at_origin) == {"outgoing.private_sealed", "history.notes_sealed"} | {
        "attachments.name_sealed"
    }
    assert set(at_destination) == {"incoming.private_sealed", "history.notes_sealed"} | {
        "attachments.name_sealed"
    }


@pytest.mark.parametrize("side", ["origin", "destination"])
def test_a_dry_run_counts_what_the_run_then_does(steps: Steps, side: str) -> None:
    marked_completed(steps)
    steps.world.clock.advance(days=2000)
    installation = getattr(steps.world, side)
    steps.at(
        installation,
        dict(SIDES)[side],  # type: ignore[arg-type]
        lambda uow: uow.personal.keep_term(Kept.PRACTICES, 1000),
    )
    before = rows_of(installation.store)
    told = run(steps, side, dry=True)
    assert rows_of(installation.store) == before
    assert told[Kept.PRACTICES] == 1
    assert run(steps, side) == told
    assert run(steps, side) == {}


def test_a_run_in_the_smallest_steps_does_the_same(steps: Steps) -> None:
    for _ in range(3):
        marked_completed(steps)
    steps.world.clock.advance(days=2000)
    told = run(steps, "origin", dry=True)
    assert run(steps, "origin", batch=1) == told


def test_open_practices_are_never_touched(steps: Steps) -> None:
    marked_sent(steps)
    steps.world.clock.advance(days=89)  # deliveries made are cleared apart
    kept = {side: rows_of(getattr(steps.world, side).store) for side, _ in SIDES}
    steps.world.clock.advance(days=7000)
    for side, _ in SIDES:
        assert set(run(steps, side)) <= {Kept.DELIVERIES, Kept.LOOSE_MESSAGES}
        found = rows_of(getattr(steps.world, side).store)
        changed = {name for name in found if found[name] != kept[side][name]}
        assert changed <= {"deliveries", "messages"}
        of_practice = messages.columns.keys().index("id_pratica")
        assert [row for row in found["messages"] if row[of_practice]] == [
            row for row in kept[side]["messages"] if row[of_practice]
        ]


def test_a_delivery_that_is_open_holds_its_practice(steps: Steps) -> None:
    practice = marked_completed(steps)
    key = origin.key_of(steps.out(practice))
    now = steps.world.clock()
    posted = steps.origin(lambda uow: post(DeliveryKind.STATUS, key, uow=uow, now=now))
    steps.world.clock.advance(days=2000)
    assert run(steps, "origin") == {Kept.DELIVERIES: _deliveries(steps) - 1}
    steps.origin(
        lambda uow: uow.deliveries.save(replace(posted.begin(now).delivered(), changed_at=now))
    )
    assert Kept.MESSAGES in run(steps, "origin")


def _deliveries(steps: Steps) -> int:
    return count(steps.world.origin.store, deliveries)


def reindented(message: bytes) -> bytes:
    """Return the same message in other bytes."""
    changed = message.replace(b"><", b">\n<", 3)
    assert changed != message
    return changed


@pytest.mark.requirement("T15")
def test_a_repeat_of_what_is_no_longer_kept_is_known_and_told_so(steps: Steps) -> None:
    marked_completed(steps)
    message, answer = stored(steps, Operation.PUT_PROCESSO)
    steps.world.clock.advance(days=1800)
    run(steps, "destination")
    assert ask_again(steps, message) == answer  # within the term: byte for byte
    steps.world.clock.advance(days=100)
    run(steps, "destination")
    before = rows_of(steps.world.destination.store)
    for repeat in (message, reindented(message)):
        code, words = outcome(ask_again(steps, repeat))
        assert code == 10
        assert "non più conservato" in words
    after = rows_of(steps.world.destination.store)
    assert {name for name in after if after[name] != before[name]} == {"messages"}
    other = message.replace(marks.EXAM.encode(), b"Un altro esame")
    assert outcome(ask_again(steps, other))[0] == 2
    assert Kept.MESSAGES in run(steps, "destination")  # nor do the repeats stay


@pytest.mark.requirement("T15")
def test_a_repeat_whose_answer_only_says_ok_gets_it_for_ever(steps: Steps) -> None:
    marked_completed(steps)
    message, answer = stored(steps, Operation.PUT_DATI)
    steps.world.clock.advance(days=4000)
    run(steps, "destination")
    for repeat in (message, reindented(message)):
        assert ask_again(steps, repeat) == answer


def test_what_a_message_was_stays_on_record_when_its_content_has_gone(steps: Steps) -> None:
    practice = marked_completed(steps)
    store = steps.world.destination.store
    before = rows_of(store)["messages"]
    everywhere(steps, 2000)
    after = rows_of(store)["messages"]
    assert len(before) == len(after)
    names = list(messages.columns.keys())
    gone = {"request_sealed", "answer_sealed", "canonical"}
    for first, second in zip(before, after, strict=True):
        changed = {name for name, a, b in zip(names, first, second, strict=True) if a != b}
        assert changed <= gone
    binding = [
        row
        for row in map(dict, (zip(names, row, strict=True) for row in after))  # type: ignore[arg-type]
        if row["result"] == "accepted" and row["operation"] in CHANGING and row["direction"] == "in"
    ]
    assert binding
    assert all(row["canonical"] for row in binding)
    with store.open_uow(MONTELAGO) as uow:
        assert len(uow.journal.latest(id_pratica=practice)) == len(
            [row for row in before if row[names.index("id_pratica")] == practice]
        )


def test_a_foglio_no_longer_kept_is_told_so(steps: Steps) -> None:
    practice = marked_completed(steps)
    number = steps.out(practice).foglio
    everywhere(steps, 2000)
    with refused(Cause.CONTENT_REMOVED):
        steps.origin(lambda uow: uow.foglios.draft(number))


def test_messages_that_began_nothing_go_soon(steps: Steps) -> None:
    refused_before_it_began(steps)
    assert any("messages" in name for name in seen(steps, "destination"))
    steps.world.clock.advance(days=89)
    assert run(steps, "destination") == {}
    steps.world.clock.advance(days=2)
    assert Kept.LOOSE_MESSAGES in run(steps, "destination")
    assert seen(steps, "destination") == {}


def test_drafts_that_nobody_touched_go_with_all_their_versions(steps: Steps) -> None:
    practice = marked_draft(steps)
    world = steps.world.origin
    steps.origin(
        lambda uow: origin.edit(
            origin.find(practice, uow=uow),
            marks.marked_foglio(marks.request(exams=5)),
            STUDENT,
            "corretto",
            uow=uow,
            documents=world.documents,
            now=world.clock(),
        )
    )
    steps.world.clock.advance(days=364)
    assert run(steps, "origin") == {}
    steps.world.clock.advance(days=2)
    assert run(steps, "origin", dry=True) == run(steps, "origin") == {Kept.DRAFTS: 2}
    assert (count(world.store, outgoing), count(world.store, foglio_drafts)) == (0, 0)
    assert seen(steps, "origin") == {}


def test_accesses_are_never_changed(steps: Steps) -> None:
    store = steps.world.origin.store
    note = Access(steps.world.clock(), "anna", "privacy export", "istanza", "x", IdPratica("P1"))
    steps.origin(lambda uow: uow.personal.note(note))
    with pytest.raises(sa.exc.DBAPIError), store.engine.begin() as connection:
        connection.execute(sa.update(accesses).values(operator="nessuno"))
    steps.origin(lambda uow: uow.personal.note(replace(note, rows=2)))
    with store.open_uow(VALDOMBRA) as uow:
        assert uow.personal.accesses("", 9) == [replace(note, rows=2), note]
        assert uow.personal.accesses("y", 9) == []


def test_accesses_have_a_term_too(steps: Steps) -> None:
    note = Access(steps.world.clock(), "anna", "privacy export", "istanza")
    steps.origin(lambda uow: uow.personal.note(note))
    steps.world.clock.advance(days=3653)
    assert run(steps, "origin") == {Kept.ACCESSES: 1}


def test_the_file_keeps_nothing_of_what_was_cleared(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite)
    marked_completed(steps)
    store = steps.world.destination.store
    with store.reader.connect() as connection:
        sealed = connection.execute(
            sa.select(messages.c.request_sealed).where(messages.c.request_sealed.is_not(None))
        ).scalars()
        parts = [bytes(content)[200:232] for content in sealed if len(content) > 300]
    assert parts
    settle(store.reader)
    file = str(sa.make_url(store.url).database)
    assert any(part in everything(file) for part in parts)
    steps.world.clock.advance(days=2000)
    steps.world.destination.timetable.keep_to_terms(steps.world.clock())
    assert [part for part in parts if part in everything(file)] == []


def everything(file: str) -> bytes:
    """Return what the files of a SQLite database hold."""
    return b"".join(path.read_bytes() for path in Path(file).parent.glob(f"{Path(file).name}*"))


def test_the_files_can_be_rewritten(steps: Steps) -> None:
    marked_completed(steps)
    everywhere(steps, 2000)
    store = steps.world.destination.store
    before = rows_of(store)
    compact(store.reader)
    assert settle(store.reader)
    assert rows_of(store) == before
