"""Hosted universities."""

from dataclasses import replace

import typer

from gateway.cli.context import Session, session
from gateway.cli.language import say
from gateway.domain.identifiers import parse_miur_code, parse_practice_prefix
from gateway.domain.partners import AdmissionPolicy, CheckKind, University
from gateway.domain.rejections import Cause, refuse
from gateway.domain.terms import SendingMode, TransmissionTerms
from gateway.domain.tokens import TokenMode
from gateway.usecases.partners import checked_address

app = typer.Typer(no_args_is_help=True, help=say("Atenei ospitati", "Hosted universities"))

_CODE = typer.Argument(
    "", help=say("Codice MIUR; superfluo se è uno solo", "MIUR code; needless if there is one only")
)


@app.command(help=say("Ospita un ateneo", "Host a university"))
def add(
    context: typer.Context,
    code: str = typer.Argument(..., help=say("Codice MIUR", "MIUR code")),
    name: str = typer.Option(..., "--name", help=say("Denominazione", "Name")),
    name_en: str = typer.Option("", "--name-en", help=say("Denominazione inglese", "English name")),
    prefix: str = typer.Option(
        ..., "--prefix", help=say("Prefisso degli IdPratica", "Prefix of its IdPratica")
    ),
    schac: str = typer.Option("", "--schac", help=say("Codice SCHAC", "SCHAC code")),
    erasmus: str = typer.Option("", "--erasmus", help=say("Codice Erasmus", "Erasmus code")),
) -> None:
    """Host a university."""
    with session(context) as work:
        parsed = parse_miur_code(code, "code")
        store = work.installation.store
        if store.university(parsed) is not None:
            raise refuse(Cause.ALREADY_EXISTS, parsed)
        store.save_university(
            University(
                code=parsed,
                name=name,
                name_en=name_en or name,
                practice_prefix=parse_practice_prefix(prefix),
                schac=schac,
                erasmus=erasmus,
            )
        )
        work.output.done("Ateneo {code} ospitato", "University {code} hosted", code=parsed)


@app.command("list", help=say("Elenca gli atenei ospitati", "List the hosted universities"))
def listing(context: typer.Context) -> None:
    """List the hosted universities."""
    with session(context) as work:
        rows = [
            {
                "code": item.code,
                "name": item.name,
                "terms": item.terms.sending_mode,
                "token": item.terms.token_mode,
            }
            for item in work.installation.store.universities()
        ]
        work.output.rows(say("Atenei ospitati", "Hosted universities"), rows)


@app.command(help=say("Mostra un ateneo ospitato", "Show a hosted university"))
def show(context: typer.Context, code: str = _CODE) -> None:
    """Show a hosted university."""
    with session(context) as work:
        _show(work, work.university(code))


def _show(work: Session, item: University) -> None:
    work.output.record(
        item.name,
        {
            "code": item.code,
            "name": item.name,
            "name_en": item.name_en,
            "practice_prefix": item.practice_prefix,
            "schac": item.schac,
            "erasmus": item.erasmus,
            "sending_mode": item.terms.sending_mode,
            "token_mode": item.terms.token_mode,
            "career_days": item.terms.career_days,
            "other_info": item.terms.other_info,
            "admission_policy": item.admission_policy,
            "blocking_checks": item.blocking_checks,
            "token_on_receipt": item.token_on_receipt,
            "second_factor": item.second_factor,
            "token_days": item.token_days,
            "payment_url": item.payment_url,
            "four_eyes": item.four_eyes,
        },
    )


@app.command("set", help=say("Cambia condizioni e regole di un ateneo", "Change terms and rules"))
def change(
    context: typer.Context,
    code: str = _CODE,
    mode: SendingMode | None = typer.Option(
        None, "--mode", help=say("Foglio intero o in due invii", "Whole foglio or two sendings")
    ),
    token: TokenMode | None = typer.Option(
        None, "--token", help=say("Token immediato o differito", "Token at once or deferred")
    ),
    days: int | None = typer.Option(
        None,
        "--days",
        min=1,
        max=730,
        help=say("Giorni concessi per le sezioni 3-4", "Days given for sections 3-4"),
    ),
    info: str | None = typer.Option(
        None, "--info", help=say("Altre informazioni per i partner", "Further words for partners")
    ),
    admission: AdmissionPolicy | None = typer.Option(
        None,
        "--admission",
        help=say(
            "Test di ammissione: non guardarlo, dichiarato nel foglio, registrato qui",
            "Admission test: not looked at, declared in the foglio, registered here",
        ),
    ),
    blocking: list[CheckKind] | None = typer.Option(
        None,
        "--blocking",
        help=say(
            "Verifica che impedisce allo studente di presentare la domanda; ripetibile",
            "Check that keeps a student from submitting the request; may be repeated",
        ),
    ),
    no_blocking: bool = typer.Option(
        False, "--no-blocking", help=say("Nessuna verifica blocca", "No check blocks")
    ),
    token_on_receipt: bool | None = typer.Option(
        None,
        "--token-on-receipt/--token-by-hand",
        help=say("Token alla ricezione o a mano", "Token on receipt or by hand"),
    ),
    second_factor: bool | None = typer.Option(
        None,
        "--second-factor/--no-second-factor",
        help=say(
            "Secondo fattore richiesto a chi approva e amministra",
            "Second factor demanded of approvers and administrators",
        ),
    ),
    token_days: int | None = typer.Option(
        None,
        "--token-days",
        min=0,
        max=3650,
        help=say("Giorni in cui il token apre; 0: sempre", "Days a token opens; 0: for ever"),
    ),
    payment_url: str | None = typer.Option(
        None,
        "--payment-url",
        help=say("Dove pagano gli studenti", "Where students pay"),
    ),
    four_eyes: bool | None = typer.Option(
        None,
        "--four-eyes/--one-person",
        help=say(
            "Nelle pagine, chiusura, rifiuto e annullamento da due persone o da una",
            "On the pages, closing, refusing and cancelling by two people or one",
        ),
    ),
) -> None:
    """Change the terms announced by T2 and the university's own rules."""
    with session(context) as work:
        item = work.university(code)
        terms = TransmissionTerms(
            mode or item.terms.sending_mode,
            token or item.terms.token_mode,
            item.terms.other_info if info is None else info,
            days or item.terms.career_days,
        )
        changed = replace(
            item,
            terms=terms,
            admission_policy=admission or item.admission_policy,
            blocking_checks=_blocking(item, blocking, none=no_blocking),
            token_on_receipt=(
                item.token_on_receipt if token_on_receipt is None else token_on_receipt
            ),
            second_factor=item.second_factor if second_factor is None else second_factor,
            token_days=item.token_days if token_days is None else token_days,
            payment_url=(
                item.payment_url
                if payment_url is None
                else checked_address(payment_url, "--payment-url")
            ),
            four_eyes=item.four_eyes if four_eyes is None else four_eyes,
        )
        work.installation.store.save_university(changed)
        _show(work, changed)


def _blocking(
    item: University, wanted: list[CheckKind] | None, *, none: bool
) -> frozenset[CheckKind]:
    if none:
        return frozenset()
    return frozenset(wanted) if wanted else item.blocking_checks
