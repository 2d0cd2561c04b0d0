"""Files of titles for the commands: which form, how far, what came of them."""

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from gateway.cli.language import say
from gateway.cli.output import Output, reason_row, refusal_rows
from gateway.domain.rejections import Reason, Rejection
from gateway.domain.title_records import ImportRun, StoredTitle, TitleKind, kind_of
from gateway.domain.titles import Title
from gateway.files.title_fields import title_row
from gateway.files.titles_csv import read_csv, write_csv
from gateway.files.titles_xml import read_xml, write_xml


class Form(StrEnum):
    """The forms in which titles are read and written."""

    CSV = "csv"
    XML = "xml"


_COUNTS = ("added", "unchanged", "replaced", "refused", "resumed")
READERS = MappingProxyType({Form.CSV: read_csv, Form.XML: read_xml})


def form_of(file: Path) -> Form:
    """Return the form that a file's name says; CSV if it says none."""
    return Form.XML if file.suffix.lower() == ".xml" else Form.CSV


def digest_of(file: Path) -> str:
    """Return the SHA-256 of a file, by which an import that was cut off knows it again."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


@contextmanager
def progress(output: Output, file: Path) -> Iterator[Callable[[int], None]]:
    """Yield what is told how many bytes were read; on a terminal it draws a bar."""
    if output.as_json or not output.console.is_terminal:
        yield lambda _: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=output.console, transient=True) as drawn:
        task = drawn.add_task(file.name, total=file.stat().st_size)
        yield lambda read: drawn.update(task, completed=read)


def report(
    output: Output,
    run: ImportRun,
    refusals: Sequence[tuple[int, Reason]],
    broken: Rejection | None,
) -> None:
    """Say what came of an import, line by refused line."""
    rows = [
        {
            "line": line,
            "field": reason.path.partition("/")[2] or reason.params.get("element", ""),
            **reason_row(reason),
        }
        for line, reason in refusals
    ]
    counts = {name: getattr(run, name) for name in _COUNTS}
    if output.as_json:
        reasons = refusal_rows(broken) if broken else []
        done = not run.refused and broken is None
        output.record(
            "", {"ok": done, "run": run.run_id, **counts, "refusals": rows, "reasons": reasons}
        )
        return
    _tell_counts(output, {name: str(count) for name, count in counts.items()})
    if rows:
        shown = [{name: row[name] for name in ("line", "field", "code", "text")} for row in rows]
        output.rows(say("Righe rifiutate", "Refused lines"), shown)
    if broken:
        output.refusal(broken)


def _tell_counts(output: Output, counts: dict[str, str]) -> None:
    if counts["resumed"] != "0":
        output.line(
            say(
                "Ripreso. Righe già fatte: {resumed}.",
                "Resumed. Lines done before: {resumed}.",
                resumed=counts["resumed"],
            )
        )
    output.line(
        say(
            "Aggiunti {added}, invariati {unchanged}, sostituiti {replaced}, rifiutati {refused}.",
            "Added {added}, unchanged {unchanged}, replaced {replaced}, refused {refused}.",
            **counts,
        )
    )


def write(file: Path, form: Form, kind: TitleKind | None, titles: Iterator[Title]) -> int:
    """Write titles to a file that nobody else can read, whatever was there; return how many."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as target:
        if form is Form.XML:
            return write_xml(target, titles)
        return write_csv(target, kind or TitleKind.UNIVERSITY, titles)


def all_titles(page: Callable[[int], Sequence[StoredTitle]]) -> Iterator[Title]:
    """Yield the titles that are not withdrawn, a page at a time."""
    after = 0
    while found := page(after):
        yield from (stored.title for stored in found if stored.withdrawn_at is None)
        after = found[-1].title_id


def differences(before: Title, after: Title) -> list[str]:
    """Return what a change changed, field by field."""
    old = title_row(kind_of(before), before)
    new = title_row(kind_of(after), after)
    return [
        f"{name}: {old[name] or '-'} -> {new[name] or '-'}"
        for name in old
        if old[name] != new[name]
    ]
