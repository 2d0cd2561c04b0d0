"""Personal data: terms of keeping, erasure, the copy for the data subject, who looked."""

from pathlib import Path

import typer

from gateway.cli.context import actor, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.parameters import LIMIT, UNIVERSITY, WHY, secret
from gateway.domain.identifiers import CodiceFiscale, parse_codice_fiscale
from gateway.domain.lifecycle import Party
from gateway.domain.rejections import Cause, refuse
from gateway.domain.retention import TERMS, Kept, Policy
from gateway.files.personal_copy import CopyHead, write_copy
from gateway.texts.personal_data import KINDS
from gateway.usecases import privacy
from gateway.usecases.privacy_ports import Access
from storage.hygiene import compact, settle

app = typer.Typer(no_args_is_help=True, help=say("Dati personali", "Personal data"))

UNLIMITED = "unlimited"
_YES = frozenset({"s", "si", "sì", "y", "yes"})
_PERSON = typer.Option(
    ..., "--cf", help=say("Codice fiscale; - lo legge", "Codice fiscale; - reads it")
)


@app.command(
    help=say("Mostra o cambia i termini di conservazione", "Show or change the terms of keeping")
)
def policy(
    context: typer.Context,
    keep: list[str] = typer.Option(
        [],
        "--keep",
        help=say(
            "TIPO=GIORNI, o TIPO=unlimited; ripetibile",
            "KIND=DAYS, or KIND=unlimited; may be repeated",
        ),
    ),
    university: str = UNIVERSITY,
) -> None:
    """Show for how long each kind of data is kept, after changing what is given."""
    with session(context) as work:
        hosted = work.university(university)
        wanted = dict(_term(words) for words in keep)
        with work.installation.store.open_uow(hosted.code) as uow:
            terms = privacy.set_terms(wanted, uow=uow)
            uow.commit()
        work.output.rows(say("Conservazione", "Keeping"), [_row(kept, terms) for kept in Kept])


def _term(words: str) -> tuple[Kept, int | None]:
    name, _, days = words.partition("=")
    if name not in set(Kept) or not (days == UNLIMITED or (days.isascii() and days.isdigit())):
        raise refuse(Cause.PARAMETER_INVALID, f"--keep {name}")
    return Kept(name), None if days == UNLIMITED else int(days)


def _row(kept: Kept, terms: Policy) -> dict[str, object]:
    return {
        "kind": kept.value,
        "what_kept": KINDS[kept].say(LANGUAGE),
        "days": _days(terms[kept]),
        "days_default": _days(TERMS[kept].days),
        "days_least": TERMS[kept].least,
    }


def _days(days: int | None) -> int | str:
    return UNLIMITED if days is None else days


@app.command(
    help=say(
        "Toglie ora ciò che ha superato il suo termine (lo fa anche ogni notte)",
        "Remove now what has passed its term (done every night too)",
    )
)
def run(
    context: typer.Context,
    dry: bool = typer.Option(False, "--dry-run", help=say("Conta soltanto", "Count only")),
    compacting: bool = typer.Option(
        False,
        "--compact",
        help=say(
            "Riscrive anche i file della base dati; a servizi fermi",
            "Rewrite the files of the database too; services stopped",
        ),
    ),
    university: str = typer.Option(
        "", "--university", "-u", help=say("Solo questo ateneo", "This university only")
    ),
) -> None:
    """Remove, or count, what has passed its term; everywhere unless a university is named."""
    with session(context) as work:
        store = work.installation.store
        hosted = [work.university(university)] if university else store.universities()
        rows: list[dict[str, object]] = []
        for item in hosted:
            found = privacy.run(
                item.code, open_uow=store.open_uow, now=work.installation.clock(), dry=dry
            )
            rows += [
                {"university": item.code, "kind": kept.value, "row_count": count}
                for kept, count in found.items()
            ]
        if not dry:
            settle(store.reader)
            if compacting:
                compact(store.reader)
        title = say("Da togliere", "To be removed") if dry else say("Tolto", "Removed")
        work.output.rows(title, rows)


@app.command(
    help=say(
        "Cancella una persona (GDPR art. 17); i dati non tornano",
        "Erase a person (GDPR art. 17); the data do not come back",
    )
)
def erase(
    context: typer.Context,
    cf: str = _PERSON,
    why: str = WHY,
    legal_basis: str = typer.Option(
        "",
        "--legal-basis",
        help=say(
            "Base giuridica, se gli atti andrebbero ancora conservati",
            "Legal basis, if records should still be kept",
        ),
    ),
    yes: bool = typer.Option(False, "--yes", help=say("Senza chiedere conferma", "Without asking")),
    university: str = UNIVERSITY,
) -> None:
    """Erase or make anonymous everything about a person; only the record of it stays."""
    person = _person(cf)
    with session(context) as work:
        hosted = work.university(university)
        if not yes:
            _ask()
        request = privacy.EraseRequest(person, why, legal_basis)
        with work.installation.store.open_uow(hosted.code) as uow:
            erased = privacy.erase(
                request, actor(Party.SECRETARIAT), uow=uow, now=work.installation.clock()
            )
            uow.commit()
        settle(work.installation.store.reader)
        rows = [{"table": table, "row_count": count} for table, count in erased.items()]
        work.output.rows(say("Cancellato", "Erased"), rows)


@app.command(
    help=say(
        "Scrive la copia dei dati per l'interessato (GDPR art. 15 e 20)",
        "Write the copy for the data subject (GDPR art. 15 and 20)",
    )
)
def export(
    context: typer.Context,
    folder: Path = typer.Argument(..., help=say("Cartella nuova", "A new folder")),
    cf: str = _PERSON,
    why: str = WHY,
    university: str = UNIVERSITY,
) -> None:
    """Write everything held about a person, for its owner only, and note that it was done."""
    person = _person(cf)
    if folder.exists() and any(folder.iterdir()):
        raise refuse(Cause.ALREADY_EXISTS, "FOLDER")
    with session(context) as work:
        hosted = work.university(university)
        now = work.installation.clock()
        with work.installation.store.open_uow(hosted.code) as uow:
            copy = privacy.copy_of(person, actor(Party.SECRETARIAT), why, uow=uow, now=now)
            uow.commit()
        files = write_copy(folder, copy, CopyHead(hosted.name, person, now))
        work.output.done(
            "Copia scritta in {folder}. File con dati personali in chiaro: {files}",
            "Copy written to {folder}. Files with personal data in clear: {files}",
            folder=str(folder),
            files=files,
        )


@app.command(help=say("Chi ha esportato o cancellato dati", "Who exported or erased data"))
def accesses(
    context: typer.Context,
    cf: str = typer.Option(
        "", "--cf", help=say("Solo di questa persona; - la legge", "Of this person; - reads it")
    ),
    limit: int = LIMIT,
    university: str = UNIVERSITY,
) -> None:
    """List who looked at personal data by command, newest first."""
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            found = privacy.accesses(_person(cf) if cf else None, limit, uow=uow)
        work.output.rows(say("Accessi", "Accesses"), [_access(item) for item in found])


def _access(item: Access) -> dict[str, object]:
    return {
        "at": item.at,
        "by": item.operator,
        "command": item.command,
        "purpose": item.purpose,
        "id_pratica": item.id_pratica,
        "row_count": item.rows,
        "person_digest": item.subject,
    }


def _ask() -> None:
    """Go on only if the user says so, in either language."""
    question = say("Cancellare per sempre? [s/N]", "Erase for ever? [y/N]")
    answer = typer.prompt(question, default="", show_default=False)
    if str(answer).strip().lower() not in _YES:
        raise typer.Abort


def _person(given: str) -> CodiceFiscale:
    return parse_codice_fiscale(secret(given) or "", "--cf")
