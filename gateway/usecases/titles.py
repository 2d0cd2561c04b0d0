"""What an office does with the titles it keeps: imports them, corrects, withdraws, puts back.

An import is many small commits, each with the place in the file that it has reached: one that was
cut off goes on from there. A line is taken on its own; what is wrong with one touches no other.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TypeVar

from gateway.domain.lifecycle import Actor
from gateway.domain.messages import checked_words
from gateway.domain.rejections import Cause, Reason, refuse
from gateway.domain.title_records import (
    ImportRun,
    Line,
    StoredTitle,
    TitleChange,
    TitleEvent,
    key_of,
)
from gateway.domain.titles import Title
from gateway.usecases.ports import UnitOfWork

R = TypeVar("R")
InOneCommit = Callable[[Callable[[UnitOfWork], ImportRun]], ImportRun]

BATCH = 500
"""How many lines share a commit."""


def begin_import(
    digest: str, *, replacing: bool, actor: Actor, uow: UnitOfWork, now: datetime
) -> ImportRun:
    """Return a new import of a file, or the one that was cut off."""
    found = uow.titles.open_run(digest, replace=replacing)
    if found is not None:
        return replace(found, resumed=found.position)
    return uow.titles.begin_run(digest, replace=replacing, actor=actor, now=now)


def import_lines(
    run: ImportRun,
    lines: Iterable[Line],
    *,
    in_one_commit: InOneCommit,
    actor: Actor,
    clock: Callable[[], datetime],
    tell: Callable[[ImportRun], None],
) -> ImportRun:
    """Take the lines that the run has not taken yet, a batch a commit; return the finished run.

    ``tell`` is called after each commit. What reading the file raises leaves the run unfinished.
    """
    for batch in _batches(islice(lines, run.position, None)):

        def take(uow: UnitOfWork, run: ImportRun = run, batch: Sequence[Line] = batch) -> ImportRun:
            return take_lines(run, batch, uow=uow, actor=actor, now=clock())

        run = in_one_commit(take)
        tell(run)

    def finish(uow: UnitOfWork) -> ImportRun:
        ended = replace(run, finished_at=clock())
        uow.titles.save_run(ended, clock())
        return ended

    return in_one_commit(finish)


def _batches(lines: Iterator[Line]) -> Iterator[Sequence[Line]]:
    while batch := list(islice(lines, BATCH)):
        yield batch


def take_lines(
    run: ImportRun, lines: Sequence[Line], *, uow: UnitOfWork, actor: Actor, now: datetime
) -> ImportRun:
    """Take a batch of lines; return the run as far as it has come."""
    known = dict(uow.titles.known([line.title for line in lines if line.title is not None]))
    new: dict[str, Title] = {}
    unchanged = replaced = refused = 0
    for line in lines:
        if line.title is None:
            uow.titles.refuse(run.run_id, line.number, line.reasons)
            refused += 1
            continue
        key = key_of(line.title)
        kept = known[key].title if key in known else new.get(key)
        problem = _conflict(line.title, known.get(key), kept, replacing=run.replace)
        if problem is not None:
            uow.titles.refuse(run.run_id, line.number, [problem])
            refused += 1
        elif kept == line.title:
            unchanged += 1
        elif kept is None:
            new[key] = line.title
        elif key in known:
            change = TitleChange(now, actor, TitleEvent.REPLACED, "", kept)
            known[key] = uow.titles.change(known[key], line.title, change)
            replaced += 1
        else:  # two lines of one batch: the later one counts
            new[key] = line.title
            replaced += 1
    uow.titles.add(list(new.values()), run.run_id, now)
    run = replace(
        run,
        position=run.position + len(lines),
        added=run.added + len(new),
        unchanged=run.unchanged + unchanged,
        replaced=run.replaced + replaced,
        refused=run.refused + refused,
    )
    uow.titles.save_run(run, now)
    return run


def _conflict(
    title: Title, stored: StoredTitle | None, kept: Title | None, *, replacing: bool
) -> Reason | None:
    """Return why a line cannot be taken beside what is kept."""
    if stored is not None and stored.withdrawn_at is not None:
        return Reason(Cause.TITLE_WITHDRAWN, "", {"title": str(stored.title_id)})
    if kept is None or kept == title or replacing:
        return None
    number = str(stored.title_id) if stored is not None else ""
    return Reason(Cause.TITLE_DIFFERS, "", {"title": number})


def find_title(title_id: int, *, uow: UnitOfWork) -> StoredTitle:
    """Return a title that is kept.

    Raises:
        Rejection: there is none of this number.
    """
    found = uow.titles.get(title_id)
    if found is None:
        raise refuse(Cause.TITLE_NOT_FOUND, title=str(title_id))
    return found


def correct_title(
    title_id: int, new: Title, why: str, *, uow: UnitOfWork, actor: Actor, now: datetime
) -> StoredTitle:
    """Put right what is kept about a title; the same values again change nothing.

    Raises:
        Rejection: there is no such title, it is withdrawn, it would become another that is kept
            already, or no reason is given.
    """
    stored = find_title(title_id, uow=uow)
    if stored.withdrawn_at is not None:
        raise refuse(Cause.TITLE_WITHDRAWN, title=str(title_id))
    if stored.title == new:
        return stored
    other = uow.titles.known([new]).get(key_of(new))
    if other is not None and other.title_id != title_id:
        raise refuse(Cause.ALREADY_EXISTS, str(other.title_id))
    change = TitleChange(now, actor, TitleEvent.CORRECTED, _reason(why), stored.title)
    return uow.titles.change(stored, new, change)


def withdraw_title(
    title_id: int, why: str, *, uow: UnitOfWork, actor: Actor, now: datetime
) -> StoredTitle:
    """Take a title out of every answer; one that is withdrawn already stays as it is.

    Raises:
        Rejection: there is no such title, or no reason is given.
    """
    stored = find_title(title_id, uow=uow)
    if stored.withdrawn_at is not None:
        return stored
    change = TitleChange(now, actor, TitleEvent.WITHDRAWN, _reason(why), stored.title)
    return uow.titles.change(replace(stored, withdrawn_at=now), stored.title, change)


def restore_title(
    title_id: int, why: str, *, uow: UnitOfWork, actor: Actor, now: datetime
) -> StoredTitle:
    """Put a withdrawn title back; one that is not withdrawn stays as it is.

    Raises:
        Rejection: there is no such title, or no reason is given.
    """
    stored = find_title(title_id, uow=uow)
    if stored.withdrawn_at is None:
        return stored
    change = TitleChange(now, actor, TitleEvent.RESTORED, _reason(why), stored.title)
    return uow.titles.change(replace(stored, withdrawn_at=None), stored.title, change)


def _reason(why: str) -> str:
    words = checked_words(why, "--why")
    if not words:
        raise refuse(Cause.PARAMETER_INVALID, "--why")
    return words
