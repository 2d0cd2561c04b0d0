"""The registry of titles of a hosted university: its record, trying it, asking it, its log."""

from datetime import datetime
from pathlib import Path

import typer

from gateway.cli import registry_options as given
from gateway.cli.context import Session, actor, session
from gateway.cli.language import LANGUAGE, say
from gateway.cli.parameters import LIMIT, UNIVERSITY, secret
from gateway.cli.partners import address
from gateway.cli.registry_views import answer_rows, in_words, show_registry
from gateway.domain.calendar import italian_day
from gateway.domain.identifiers import parse_codice_fiscale
from gateway.domain.lifecycle import Party
from gateway.domain.lookups import (
    Answer,
    Asker,
    CouldNotAsk,
    Purpose,
    QueryOutcome,
    QuerySearch,
    Question,
    ask_diploma,
    ask_titles,
    stated_purpose,
)
from gateway.domain.partners import University
from gateway.domain.registry import LookupService, VerifyMoment
from gateway.domain.rejections import Cause, refuse
from gateway.domain.security import Proof
from gateway.usecases import registry_record
from gateway.usecases.registry import Query, look_up

app = typer.Typer(no_args_is_help=True, help=say("Registro dei titoli", "Registry of titles"))

OFFICE = typer.Option("segreteria", "--office", help=say("Ufficio che chiede", "Office that asks"))
FRESH = typer.Option(
    False, "--fresh", help=say("Anche se la risposta è nota", "Even if the answer is known")
)


@app.command("set", help=say("Registra o cambia il registro", "Register or change the registry"))
def change(
    context: typer.Context,
    university: str = UNIVERSITY,
    name: str | None = given.NAME,
    titles_url: str | None = given.TITLES,
    diplomas_url: str | None = given.DIPLOMAS,
    username: str | None = given.USER,
    password: str | None = given.PASSWORD,
    egov: bool | None = given.EGOV,
    sender: str | None = given.SENDER,
    recipient: str | None = given.RECIPIENT,
    timeout: float | None = given.TIMEOUT,
    found: str | None = given.FOUND,
    not_found: str | None = given.NOT_FOUND,
    per_day: int | None = given.PER_DAY,
    per_office: int | None = given.PER_OFFICE,
    active: bool | None = given.ACTIVE,
    verify: VerifyMoment | None = given.VERIFY,
    forward: bool | None = given.FORWARD,
    proof: list[Proof] | None = given.PROOF,
    certificate: Path | None = given.CERTIFICATE,
    certificate_key: Path | None = given.CERTIFICATE_KEY,
    authorities: Path | None = given.AUTHORITIES,
    server_key: list[str] | None = given.SERVER_KEY,
    token_username: str | None = given.TOKEN_USER,
    token_password: str | None = given.TOKEN_PASSWORD,
    signing_certificate: Path | None = given.SIGNING,
    signing_key: Path | None = given.SIGNING_KEY,
    answer_signer: list[str] | None = given.SIGNER,
) -> None:
    """Change what is given and leave the rest; a new address begins with nothing remembered."""
    security: dict[str, object] = {
        "proofs": frozenset(proof) if proof else None,
        "certificate": given.pem(certificate, "--certificate"),
        "certificate_key": given.pem(certificate_key, "--certificate-key"),
        "authorities": given.pem(authorities, "--authorities"),
        "server_keys": given.pins(server_key, "--server-key"),
        "token_username": token_username,
        "token_password": secret(token_password),
        "signing_certificate": given.pem(signing_certificate, "--signing-certificate"),
        "signing_key": given.pem(signing_key, "--signing-key"),
        "answer_signers": given.pins(answer_signer, "--answer-signer"),
    }
    fields: dict[str, object] = {
        "name": name,
        "titles_url": address(titles_url, "--titles-url"),
        "diplomas_url": address(diplomas_url, "--diplomas-url"),
        "username": username,
        "password": secret(password),
        "egov": egov,
        "sender": sender,
        "recipient": recipient,
        "timeout_seconds": timeout,
        "found_for": given.term(found, "--remember-found"),
        "not_found_for": given.term(not_found, "--remember-not-found"),
        "per_day": per_day,
        "per_office": per_office,
        "active": active,
        "verify": verify,
        "forward": forward,
    }
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            registry_record.keep(fields, security, uow=uow)
            uow.commit()
        _show(work, hosted)


@app.command(help=say("Mostra il registro e come sta", "Show the registry and how it fares"))
def show(context: typer.Context, university: str = UNIVERSITY) -> None:
    """Show the record, the circuits and what is spent of the quota."""
    with session(context) as work:
        _show(work, work.university(university))


def _show(work: Session, hosted: University) -> None:
    with work.installation.store.open_uow(hosted.code) as uow:
        record = uow.registry.get()
        if record is None:
            raise refuse(Cause.REGISTRY_MISSING)
        circuits = {service: uow.registry.circuit(service) for service in LookupService}
        spent = uow.registry.spent(italian_day(work.installation.clock()))
    show_registry(work.output, record, circuits, spent)


def asker_of(office: str) -> Asker:
    """Return who asks: the user of the machine, for an office."""
    return Asker(actor(Party.SECRETARIAT).name, " ".join(office.split())[:100] or "segreteria")


@app.command("test", help=say("Prova a interrogare il registro", "Try to ask the registry"))
def probe(context: typer.Context, office: str = OFFICE, university: str = UNIVERSITY) -> None:
    """Ask each service about a student who does not exist, and say what came of it."""
    with session(context) as work:
        hosted = work.university(university)
        desk = work.installation.registry_desk()
        rows = [
            {
                "service": service,
                "reachable": registry_record.reached(answer),
                "answer": in_words(answer, LANGUAGE, as_json=work.output.as_json),
            }
            for service, answer in registry_record.probe(hosted.code, asker_of(office), desk=desk)
        ]
        work.output.rows(say("Registro", "Registry"), rows)
        if not rows or not all(row["reachable"] for row in rows):
            raise typer.Exit(1)


def _ask(
    work: Session,
    hosted: University,
    question: Question,
    purpose: Purpose,
    office: str,
    *,
    fresh: bool,
) -> Answer:
    query = Query(question=question, purpose=purpose, asker=asker_of(office), fresh=fresh)
    return look_up(hosted.code, query, desk=work.installation.registry_desk())


@app.command(help=say("Chiede i titoli di una persona", "Ask for a person's titles"))
def lookup(
    context: typer.Context,
    person: str = typer.Option(
        ..., "--cf", help=say("Codice fiscale; - lo legge", "Codice fiscale; - reads it")
    ),
    purpose: str = typer.Option(
        "", "--purpose", help=say("Perché si chiede; resta nel registro", "Why; kept in the log")
    ),
    practice: str = typer.Option(
        "", "--practice", help=say("Per questo IdPratica", "For this IdPratica")
    ),
    matricola: str = typer.Option(
        "", "--matricola", help=say("Per questa immatricolazione", "For this enrolment")
    ),
    diploma_year: int | None = typer.Option(
        None,
        "--diploma-year",
        help=say("Il diploma di questo anno, non le lauree", "The diploma of this year instead"),
    ),
    user_id: str = typer.Option(
        "", "--user-id", help=say("Credenziali dello studente", "The student's credentials")
    ),
    password: str = typer.Option(
        "", "--user-password", help=say("La sua password; - la legge", "Password; - reads it")
    ),
    office: str = OFFICE,
    fresh: bool = FRESH,
    university: str = UNIVERSITY,
) -> None:
    """Ask and print what the registry says; 1 if it could not be asked."""
    why = stated_purpose(purpose, practice=practice, matricola=matricola)
    code = parse_codice_fiscale(secret(person) or "", "--cf")
    if diploma_year is None:
        question = ask_titles(code)
    else:
        question = ask_diploma(code, diploma_year, user_id, (secret(password) or "").strip())
    with session(context) as work:
        hosted = work.university(university)
        answer = _ask(work, hosted, question, why, office, fresh=fresh)
        if work.output.as_json:
            work.output.record("", answer_rows(answer))
        else:
            work.output.line(in_words(answer, LANGUAGE))
            found = answer_rows(answer)["titles"]
            if found:
                work.output.rows(say("Titoli", "Titles"), found)
        raise typer.Exit(1 if isinstance(answer, CouldNotAsk) else 0)


@app.command(help=say("Cerca fra le domande fatte", "Search the queries made"))
def queries(
    context: typer.Context,
    person: str = typer.Option(
        "", "--cf", help=say("Su questa persona; - lo legge", "About this person; - reads it")
    ),
    reference: str = typer.Option(
        "", "--reference", help=say("IdPratica, matricola o partner", "IdPratica, number, partner")
    ),
    operator: str = typer.Option("", "--operator", help=say("Di chi", "By whom")),
    outcome: QueryOutcome | None = typer.Option(
        None, "--outcome", help=say("Solo con questo esito", "With this outcome only")
    ),
    first: datetime | None = typer.Option(
        None, "--from", formats=["%Y-%m-%d"], help=say("Dal giorno", "From the day")
    ),
    last: datetime | None = typer.Option(
        None, "--to", formats=["%Y-%m-%d"], help=say("Fino al giorno", "To the day")
    ),
    limit: int = LIMIT,
    university: str = UNIVERSITY,
) -> None:
    """List queries, newest first."""
    person = secret(person) or ""
    search = QuerySearch(
        codice_fiscale=parse_codice_fiscale(person, "--cf") if person else None,
        reference=reference,
        operator=operator,
        outcome=outcome,
        first=first.date() if first else None,
        last=last.date() if last else None,
        limit=limit,
    )
    with session(context) as work:
        hosted = work.university(university)
        with work.installation.store.open_uow(hosted.code) as uow:
            rows = [
                {
                    "at": item.asked_at,
                    "service": item.service,
                    "purpose": item.purpose.kind,
                    "reference": item.purpose.reference,
                    "words": item.purpose.words,
                    "operator": item.asker.operator,
                    "office": item.asker.office,
                    "result": item.outcome,
                    "detail": item.detail,
                    "from_cache": item.from_cache,
                }
                for item in uow.registry.queries(search)
            ]
        work.output.rows(say("Domande al registro", "Queries to the registry"), rows)
