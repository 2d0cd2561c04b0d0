"""Awarded titles: what the hosted university's partners are told when they look up a student."""

from collections.abc import Callable
from pathlib import Path

import typer

from gateway.cli import title_files as files
from gateway.cli.context import Session, actor, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.output import REFUSED
from gateway.cli.parameters import LIMIT_LONG, UNIVERSITY, WHY
from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import MiurCode, parse_codice_fiscale
from gateway.domain.lifecycle import Party
from gateway.domain.rejections import Cause, Rejection, refuse
from gateway.domain.title_records import ImportRun, StoredTitle, TitleKind, kind_of
from gateway.domain.titles import DegreeType, Title, UniversityTitle
from gateway.files.student_credentials import read_credentials
from gateway.files.title_fields import FIELDS, read_title, title_row
from gateway.texts.degree_types import NAMES
from gateway.usecases import titles
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.transaction import transact

app = typer.Typer(no_args_is_help=True, help=say("Titoli conseguiti", "Awarded titles"))
credentials = typer.Typer(
    no_args_is_help=True, help=say("Credenziali degli studenti", "Student credentials")
)
app.add_typer(credentials, name="credentials")

TITLE = typer.Argument(..., help=say("Numero del titolo", "Number of the title"))
KIND = typer.Option(None, "--kind", help=say("Solo di questo tipo", "Of this kind only"))
FORMAT = typer.Option(
    None, "--format", help=say("csv o xml; se manca, dal nome del file", "csv or xml; else by name")
)
SHOWN_REFUSALS = 1000
"""How many refused lines a command prints; the count tells of the others."""


@app.command("import", help=say("Importa titoli da un file", "Import titles from a file"))
def bring(
    context: typer.Context,
    file: Path = typer.Argument(..., help=say("CSV o XML", "CSV or XML")),
    form: files.Form | None = FORMAT,
    replacing: bool = typer.Option(
        False,
        "--replace",
        help=say("I valori del file sostituiscono quelli in archivio", "The file's values win"),
    ),
    university: str = UNIVERSITY,
) -> None:
    """Import titles; one that was cut off goes on from where it was."""
    with session(context) as work:
        hosted = work.university(university)
        clock = work.installation.clock
        office = actor(Party.SECRETARIAT)
        open_uow = work.installation.store.open_uow
        digest = files.digest_of(file)
        read = files.READERS[form or files.form_of(file)]

        def in_one_commit(act: Callable[[UnitOfWork], ImportRun]) -> ImportRun:
            return transact(hosted.code, act, open_uow=open_uow)

        run = in_one_commit(
            lambda uow: titles.begin_import(
                digest, replacing=replacing, actor=office, uow=uow, now=clock()
            )
        )
        broken: Rejection | None = None
        with file.open("rb") as source, files.progress(work.output, file) as tell:
            lines = read(source, university=hosted.code, today=italian_day(clock()))
            done = run

            def reached(now: ImportRun) -> None:
                nonlocal done
                done = now
                tell(source.tell())

            try:
                done = titles.import_lines(
                    run,
                    lines,
                    in_one_commit=in_one_commit,
                    actor=office,
                    clock=clock,
                    tell=reached,
                )
            except Rejection as rejection:
                broken = rejection
        with open_uow(hosted.code) as uow:
            refusals = uow.titles.refusals(done.run_id, SHOWN_REFUSALS)
        files.report(work.output, done, refusals, broken)
        if done.refused or broken:
            raise typer.Exit(REFUSED)


@app.command(help=say("Scrive i titoli in un file", "Write the titles to a file"))
def export(
    context: typer.Context,
    file: Path = typer.Argument(..., help=say("Dove scriverli", "Where to write them")),
    form: files.Form | None = FORMAT,
    kind: TitleKind | None = KIND,
    university: str = UNIVERSITY,
) -> None:
    """Write the titles that are not withdrawn, as they can be imported, for their owner only."""
    with session(context) as work:
        hosted = work.university(university)
        chosen = form or files.form_of(file)
        wanted = kind or (TitleKind.UNIVERSITY if chosen is files.Form.CSV else None)

        def page(after: int) -> list[StoredTitle]:
            with work.installation.store.open_uow(hosted.code) as uow:
                return list(uow.titles.listing(kind=wanted, after=after, limit=titles.BATCH))

        count = files.write(file, chosen, wanted, files.all_titles(page))
        work.output.done(
            "Titoli scritti in {file}: {titles}",
            "Titles written to {file}: {titles}",
            file=str(file),
            titles=count,
        )


@app.command("list", help=say("Elenca i titoli", "List the titles"))
def listing(
    context: typer.Context,
    student: str = typer.Option(
        "", "--student", help=say("Solo di questo codice fiscale", "Of this codice fiscale only")
    ),
    kind: TitleKind | None = KIND,
    after: int = typer.Option(
        0, "--after", min=0, help=say("Dal titolo dopo questo numero", "From behind this number")
    ),
    limit: int = LIMIT_LONG,
    university: str = UNIVERSITY,
) -> None:
    """List titles by number, withdrawn ones too."""
    with session(context) as work:
        hosted = work.university(university)
        person = parse_codice_fiscale(student, "--student") if student else None
        with work.installation.store.open_uow(hosted.code) as uow:
            found = uow.titles.listing(kind=kind, student=person, after=after, limit=limit)
        work.output.rows(say("Titoli", "Titles"), [_row(stored) for stored in found])


def _row(stored: StoredTitle) -> dict[str, object]:
    title = stored.title
    if isinstance(title, UniversityTitle):
        by, its_type, year = title.university, title.degree_type, title.academic_year
    else:
        by, its_type, year = title.school, title.diploma_type, title.year
    return {
        "id": stored.title_id,
        "kind": kind_of(title),
        "codice_fiscale": title.codice_fiscale,
        "awarded_by": by,
        "title_type": its_type,
        "awarded_on": title.awarded_on,
        "year": year,
        "grade": title.grade,
        "withdrawn_at": stored.withdrawn_at,
    }


@app.command(help=say("Mostra un titolo", "Show a title"))
def show(context: typer.Context, number: int = TITLE, university: str = UNIVERSITY) -> None:
    """Show a title with every field."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            stored = titles.find_title(number, uow=uow)
        _show(work, stored)


def _show(work: Session, stored: StoredTitle) -> None:
    title = stored.title
    named = classe = ""
    if isinstance(title, UniversityTitle):
        named, classe = NAMES[DegreeType(title.degree_type)].say(LANGUAGE), title.classe
    fields = {
        **_row(stored),
        "title_name": named,
        "classe": classe,
        "country": title.state,
        "recorded_at": stored.recorded_at,
        "import_run": stored.run,
        "version": stored.version,
    }
    work.output.record(str(stored.title_id), fields)


@app.command(help=say("Corregge un titolo", "Correct a title"))
def correct(
    context: typer.Context,
    number: int = TITLE,
    new: list[str] = typer.Option(
        ...,
        "--set",
        help=say("Campo=valore, come nei file; ripetibile", "Field=value, as in files; repeatable"),
    ),
    why: str = WHY,
    university: str = UNIVERSITY,
) -> None:
    """Correct what is kept of a title; what it was before stays in its history."""
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()

        def act(uow: UnitOfWork) -> StoredTitle:
            stored = titles.find_title(number, uow=uow)
            changed = _changed(stored.title, new, work, hosted.code)
            office = actor(Party.SECRETARIAT)
            return titles.correct_title(number, changed, why, uow=uow, actor=office, now=now)

        _show(work, transact(hosted.code, act, open_uow=work.installation.store.open_uow))


def _changed(title: Title, new: list[str], work: Session, university: MiurCode) -> Title:
    """Return a title with some of its fields as typed.

    Raises:
        Rejection: a field is not one of a title of this kind, or its value is no value of it.
    """
    kind = kind_of(title)
    known = {name.lower(): name for name in FIELDS[kind]}
    row = title_row(kind, title)
    for typed in new:
        name, equals, value = typed.partition("=")
        field = known.get(name.strip().lower())
        if field is None or not equals:
            raise refuse(Cause.PARAMETER_INVALID, f"--set {name.strip()}")
        row[field] = value
    today = italian_day(work.installation.clock())
    found = read_title(kind, row, place="--set", university=university, today=today)
    if isinstance(found, tuple):
        raise Rejection(found)
    return found


@app.command(help=say("Ritira un titolo dalle risposte", "Take a title out of every answer"))
def withdraw(
    context: typer.Context, number: int = TITLE, why: str = WHY, university: str = UNIVERSITY
) -> None:
    """Withdraw a title; it stays in the history and can be put back."""
    _turn(context, university, number, why, titles.withdraw_title)


@app.command(help=say("Riammette un titolo ritirato", "Put a withdrawn title back"))
def restore(
    context: typer.Context, number: int = TITLE, why: str = WHY, university: str = UNIVERSITY
) -> None:
    """Put a withdrawn title back."""
    _turn(context, university, number, why, titles.restore_title)


def _turn(
    context: typer.Context,
    university: str,
    number: int,
    why: str,
    step: Callable[..., StoredTitle],
) -> None:
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        office = actor(Party.SECRETARIAT)
        stored = transact(
            hosted.code,
            lambda uow: step(number, why, uow=uow, actor=office, now=now),
            open_uow=work.installation.store.open_uow,
        )
        _show(work, stored)


@app.command(help=say("Storia di un titolo", "History of a title"))
def history(context: typer.Context, number: int = TITLE, university: str = UNIVERSITY) -> None:
    """Show every change of a title: when, by whom, why, and what was before."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            stored = titles.find_title(number, uow=uow)
            changes = uow.titles.history(number)
        afters = [change.before for change in changes[1:]] + [stored.title]
        rows = [
            {
                "at": change.at,
                "by": change.actor.name,
                "event": change.event,
                "why": change.why,
                "changes": files.differences(change.before, after),
            }
            for change, after in zip(changes, afters, strict=False)
        ]
        work.output.rows(say("Storia", "History"), rows)


@credentials.command(
    "import",
    help=say(
        "Registra credenziali di studenti: UserID; Hash; CodiceFiscale",
        "Keep student credentials: UserID; Hash; CodiceFiscale",
    ),
)
def bring_credentials(
    context: typer.Context,
    file: Path = typer.Argument(..., help=say("CSV con hash argon2id", "CSV with argon2id hashes")),
    university: str = UNIVERSITY,
) -> None:
    """Keep credentials of students, in place of those of the same name."""
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        found = read_credentials(file.read_bytes())
        changed = transact(
            hosted.code,
            lambda uow: uow.titles.keep_credentials(found, now),
            open_uow=work.installation.store.open_uow,
        )
        work.output.done(
            "Credenziali nel file: {read}; nuove o cambiate: {changed}",
            "Credentials in the file: {read}; new or changed: {changed}",
            read=len(found),
            changed=changed,
        )
