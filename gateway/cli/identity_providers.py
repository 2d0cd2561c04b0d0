"""Providers of identities: where people may sign in to the pages instead of here."""

import typer

from gateway.cli.context import Session, session
from gateway.cli.language import say
from gateway.cli.parameters import secret
from gateway.client.openid import trusted_address
from gateway.domain.accounts import EVERYWHERE
from gateway.domain.rejections import Cause, refuse
from gateway.domain.signing_in import IdentityProvider

app = typer.Typer(
    no_args_is_help=True,
    help=say("Fornitori di identità (OpenID Connect)", "Providers of identities (OpenID Connect)"),
)

_NAME = typer.Argument(..., help=say("Nome breve, per gli indirizzi", "Short name, for addresses"))


@app.command("set", help=say("Aggiunge o cambia un fornitore", "Add or change a provider"))
def keep(
    context: typer.Context,
    name: str = _NAME,
    issuer: str = typer.Option(..., "--issuer", help=say("Indirizzo (issuer)", "Issuer")),
    client_id: str = typer.Option(..., "--client-id", help=say("Nostro nome là", "Our name there")),
    client_secret: str | None = typer.Option(
        None,
        "--client-secret",
        help=say(
            "Nostro segreto; - lo legge; se manca resta quello che c'è",
            "Our secret; - reads it; if missing the one there is stays",
        ),
    ),
    drop_client_secret: bool = typer.Option(
        False,
        "--drop-client-secret",
        help=say("Toglie il nostro segreto (client pubblico)", "Remove our secret (public client)"),
    ),
    label: str = typer.Option(..., "--label", help=say("Nome sul bottone", "Name on the button")),
    label_en: str = typer.Option("", "--label-en", help=say("In inglese", "In English")),
    scopes: str = typer.Option("openid profile email", "--scopes", help="scope"),
    subject_claim: str = typer.Option(
        "sub", "--subject-claim", help=say("Claim di chi è", "Claim of who it is")
    ),
    fiscal_code_claim: str = typer.Option(
        "",
        "--fiscal-code-claim",
        help=say("Claim del codice fiscale", "Claim of the codice fiscale"),
    ),
    students_of: str = typer.Option(
        "",
        "--students-of",
        help=say(
            "Ateneo i cui studenti hanno un account da qui",
            "University whose students get an account by it",
        ),
    ),
    active: bool = typer.Option(
        True, "--active/--inactive", help=say("Si può usare, o no", "May be used, or not")
    ),
) -> None:
    """Add or change a provider."""
    if not trusted_address(issuer):
        raise refuse(Cause.PARAMETER_INVALID, "--issuer", why="issuer_address")
    if not name.replace("-", "").isalnum() or not name.isascii():
        raise refuse(Cause.PARAMETER_INVALID, "NAME", why="name_malformed")
    word = _given_secret(client_secret, drop=drop_client_secret)
    with session(context) as work:
        if word is None:
            word = _kept_secret(work, name, issuer)
        provider = IdentityProvider(
            name=name,
            label=label,
            label_en=label_en or label,
            issuer=issuer,
            client_id=client_id,
            client_secret=word,
            scopes=scopes,
            subject_claim=subject_claim,
            fiscal_code_claim=fiscal_code_claim,
            student_university=work.university(students_of).code if students_of else EVERYWHERE,
            active=active,
        )
        work.installation.store.identity_providers.save(provider)
        work.output.record(name, _row(provider))


@app.command("list", help=say("Elenca i fornitori", "List the providers"))
def listing(context: typer.Context) -> None:
    """List the providers; our secrets are not shown."""
    with session(context) as work:
        found = work.installation.store.identity_providers.everybody()
        work.output.rows(say("Fornitori", "Providers"), [_row(item) for item in found])


@app.command(help=say("Toglie un fornitore", "Remove a provider"))
def remove(context: typer.Context, name: str = _NAME) -> None:
    """Remove a provider; accounts known there stay."""
    with session(context) as work:
        if not work.installation.store.identity_providers.remove(name):
            raise refuse(Cause.PARAMETER_INVALID, "NAME", why="provider_unknown")
        work.output.done("Fornitore {provider} tolto", "Provider {provider} removed", provider=name)


def _given_secret(given: str | None, *, drop: bool) -> str | None:
    """Return the secret to keep from now on, empty for none; ``None`` if that was not said."""
    word = secret(given)
    if word == "" or (word and drop):
        raise refuse(Cause.PARAMETER_INVALID, "--client-secret", why="secret_or_none")
    return "" if drop else word


def _kept_secret(work: Session, name: str, issuer: str) -> str:
    """Return the secret that is kept for a provider; another issuer is never sent it."""
    kept = work.installation.store.identity_providers.get(name)
    if kept is None:
        return ""
    if kept.client_secret and kept.issuer != issuer:
        raise refuse(Cause.PARAMETER_INVALID, "--client-secret", why="secret_of_another")
    return kept.client_secret


def _row(provider: IdentityProvider) -> dict[str, object]:
    return {
        "provider": provider.name,
        "name": provider.label,
        "issuer": provider.issuer,
        "client_id": provider.client_id,
        "client_secret_set": bool(provider.client_secret),
        "scopes": provider.scopes,
        "subject_claim": provider.subject_claim,
        "fiscal_code_claim": provider.fiscal_code_claim,
        "students_of": provider.student_university,
        "active": provider.active,
    }
