"""Accounts of the pages: for the first administrator, and for when nobody else can."""

import typer

from gateway.cli.context import Session, actor, session
from gateway.cli.language import say
from gateway.cli.parameters import UNIVERSITY, secret
from gateway.domain.accounts import EVERYWHERE, Account, Grant, Role
from gateway.domain.audit import AuditEntry
from gateway.domain.identifiers import CodiceFiscale, MiurCode, parse_codice_fiscale
from gateway.domain.lifecycle import Party
from gateway.domain.rejections import Cause, refuse
from gateway.domain.signing_in import checked_password
from gateway.usecases import own_account, people
from gateway.usecases.people import OPERATOR

app = typer.Typer(no_args_is_help=True, help=say("Account delle pagine", "Accounts of the pages"))

_NAME = typer.Argument(..., help=say("Nome utente", "User name"))
_ROLE = typer.Option(..., "--role", help=say("Ruolo", "Role"))
_FACULTY = typer.Option("", "--faculty", help=say("Solo di questa facoltà", "Of this faculty only"))
_PASSWORD = typer.Option(
    None,
    "--password",
    help=say(
        "Password provvisoria; - la legge; se manca se ne inventa una",
        "Temporary password; - reads it; if missing one is made up",
    ),
)


@app.command(help=say("Aggiunge un account e ne dà la password provvisoria", "Add an account"))
def add(
    context: typer.Context,
    name: str = _NAME,
    role: Role = _ROLE,
    full_name: str = typer.Option("", "--name", help=say("Nome e cognome", "Name and surname")),
    email: str = typer.Option("", "--email", help=say("Indirizzo e-mail", "E-mail address")),
    faculty: str = _FACULTY,
    password: str | None = _PASSWORD,
    subject: str = typer.Option(
        "",
        "--subject",
        help=say(
            "Accede altrove: oidc:FORNITORE:IDENTIFICATIVO o proxy:IDENTIFICATIVO",
            "Signs in elsewhere: oidc:PROVIDER:IDENTIFIER or proxy:IDENTIFIER",
        ),
    ),
    codice_fiscale: str = typer.Option(
        "",
        "--codice-fiscale",
        "--cf",
        help=say(
            "Di uno studente, che ne ha bisogno; - lo legge",
            "Of a student, who needs it; - reads it",
        ),
    ),
    university: str = UNIVERSITY,
) -> None:
    """Add an account; unless it signs in elsewhere, print the password once."""
    with session(context) as work:
        desk = work.installation.account_desk
        account = Account(
            username=name,
            name=full_name or name,
            email=email,
            subject=subject,
            codice_fiscale=_code(codice_fiscale, role),
            grants=frozenset({_grant(work, role, faculty, university)}),
        )
        word = secret(password)
        if word is not None:
            checked_password(word, name)
        kept = people.add(OPERATOR, account, desk=desk)
        _note(work, "person_added", kept)
        if subject:
            work.output.done(
                "Account {username} aggiunto", "Account {username} added", username=kept.username
            )
        else:
            _tell_password(work, kept, word)


@app.command("list", help=say("Elenca gli account", "List the accounts"))
def listing(
    context: typer.Context,
    role: Role | None = typer.Option(
        None, "--role", help=say("Solo di questo ruolo", "Of this role")
    ),
) -> None:
    """List every account."""
    with session(context) as work:
        found = [
            account
            for account in work.installation.account_desk.accounts.everybody()
            if role is None or any(grant.role is role for grant in account.grants)
        ]
        work.output.rows(say("Account", "Accounts"), [_row(account) for account in found])


@app.command(help=say("Mostra un account", "Show an account"))
def show(context: typer.Context, name: str = _NAME) -> None:
    """Show an account."""
    with session(context) as work:
        account = _account(work, name)
        left = work.installation.account_desk.factors.recovery_left(account.account_id)
        fields = {
            **_row(account),
            "email": account.email,
            "language": account.language,
            "must_change": account.must_change,
            "recovery_codes": left,
        }
        work.output.record(account.username, fields)


@app.command(help=say("Dà un ruolo", "Give a role"))
def grant(
    context: typer.Context,
    name: str = _NAME,
    role: Role = _ROLE,
    faculty: str = _FACULTY,
    university: str = UNIVERSITY,
) -> None:
    """Give a role."""
    with session(context) as work:
        given = _grant(work, role, faculty, university)
        kept = people.grant(
            OPERATOR, _account(work, name), given, desk=work.installation.account_desk
        )
        _note(work, "role_given", kept, given)
        work.output.record(kept.username, _row(kept))


@app.command(help=say("Toglie un ruolo", "Take a role away"))
def revoke(
    context: typer.Context,
    name: str = _NAME,
    role: Role = _ROLE,
    faculty: str = _FACULTY,
    university: str = UNIVERSITY,
) -> None:
    """Take a role away."""
    with session(context) as work:
        taken = _grant(work, role, faculty, university)
        kept = people.revoke(
            OPERATOR, _account(work, name), taken, desk=work.installation.account_desk
        )
        _note(work, "role_taken", kept, taken)
        work.output.record(kept.username, _row(kept))


@app.command(help=say("Dà una password provvisoria", "Give a temporary password"))
def password(
    context: typer.Context,
    name: str = _NAME,
    given: str | None = _PASSWORD,
    reset_factor: bool = typer.Option(
        False,
        "--reset-second-factor",
        help=say("Azzera anche il secondo fattore", "Remove the second factor too"),
    ),
) -> None:
    """Give a temporary password, to be changed at the next entrance; sessions end."""
    with session(context) as work:
        account = _account(work, name)
        if reset_factor:
            people.reset_factor(OPERATOR, account, desk=work.installation.account_desk)
            _note(work, "second_factor_reset", account)
        _tell_password(work, account, secret(given))


@app.command(help=say("Spegne un account", "Switch an account off"))
def disable(context: typer.Context, name: str = _NAME) -> None:
    """Let an account be used no more."""
    _switch(context, name, active=False)


@app.command(help=say("Riaccende un account", "Switch an account on again"))
def enable(context: typer.Context, name: str = _NAME) -> None:
    """Let an account be used again."""
    _switch(context, name, active=True)


@app.command(help=say("Toglie l'attesa dopo troppi tentativi", "Lift the wait after wrong tries"))
def unlock(context: typer.Context, name: str = _NAME) -> None:
    """Let an account be tried again at once."""
    with session(context) as work:
        account = _account(work, name)
        people.lift(OPERATOR, account, desk=work.installation.account_desk)
        _note(work, "lockout_lifted", account)
        work.output.done(
            "Attesa tolta a {username}", "Wait of {username} lifted", username=account.username
        )


@app.command(help=say("Elenca le sessioni aperte, o le chiude", "List open sessions, or end them"))
def sessions(
    context: typer.Context,
    name: str = _NAME,
    end: bool = typer.Option(False, "--end", help=say("Le chiude tutte", "End them all")),
) -> None:
    """List the open sessions of an account, after ending them if so wished."""
    with session(context) as work:
        desk, account = work.installation.account_desk, _account(work, name)
        if end:
            people.end_sessions(OPERATOR, account, desk=desk)
            _note(work, "sessions_ended", account)
        rows = [
            {"device": one.device, "way": one.way, "began_at": one.began_at, "seen_at": one.seen_at}
            for one in desk.sessions.of(account.account_id)
            if one.holds_at(desk.clock())
        ]
        work.output.rows(say("Sessioni", "Sessions"), rows)


def _switch(context: typer.Context, name: str, *, active: bool) -> None:
    with session(context) as work:
        account = _account(work, name)
        kept = people.switch(OPERATOR, account, active=active, desk=work.installation.account_desk)
        _note(work, "account_switched_on" if active else "account_switched_off", kept)
        work.output.record(kept.username, _row(kept))


def _tell_password(work: Session, account: Account, given: str | None) -> None:
    desk = work.installation.account_desk
    if given is None:
        word = people.give_password(OPERATOR, account, desk=desk)
    else:
        word = given
        own_account.set_password(account, word, desk=desk, temporary=True)
    _note(work, "password_given", account)
    if given is None:
        work.output.done(
            "Password provvisoria di {username}: {password}",
            "Temporary password of {username}: {password}",
            username=account.username,
            password=word,
        )
    else:
        work.output.done(
            "Password di {username} impostata",
            "Password of {username} set",
            username=account.username,
        )


def _account(work: Session, name: str) -> Account:
    found = work.installation.account_desk.accounts.by_username(name)
    if found is None:
        raise refuse(Cause.PARAMETER_INVALID, "NAME", why="account_unknown")
    return found


def _code(given: str, role: Role) -> CodiceFiscale | None:
    """Return the codice fiscale of a student; nobody else's is kept."""
    code = secret(given)
    if not code:
        return None
    if role is not Role.STUDENT:
        raise refuse(Cause.PARAMETER_INVALID, "--codice-fiscale", why="students_only")
    return parse_codice_fiscale(code, "--codice-fiscale")


def _grant(work: Session, role: Role, faculty: str, university: str) -> Grant:
    if role is Role.SYSTEM:
        return Grant(role, EVERYWHERE)
    return Grant(role, work.university(university).code, faculty)


def _row(account: Account) -> dict[str, object]:
    return {
        "username": account.username,
        "full_name": account.name,
        "roles": [_said(item) for item in sorted(account.grants, key=str)],
        "active": account.active,
        "second_factor": account.second_factor,
        "known_as": account.subject,
        "seen_at": account.seen_at,
    }


def _said(item: Grant) -> str:
    where = "/".join(part for part in (item.university, item.faculty) if part)
    return f"{item.role.value}@{where}" if where else item.role.value


def _note(work: Session, action: str, account: Account, item: Grant | None = None) -> None:
    """Note in the log of the pages that the machine's operator did it."""
    everywhere = {grant.university for grant in account.grants} | {EVERYWHERE}
    seen_at = [item.university] if item is not None else sorted(everywhere - {EVERYWHERE})
    entries = [
        AuditEntry(
            at=work.installation.clock(),
            action=action,
            university=MiurCode(code),
            username=actor(Party.SECRETARIAT).name,
            subject=f"account:{account.account_id}",
            detail=_said(item) if item is not None else "congedo account",
        )
        for code in seen_at or [EVERYWHERE]
    ]
    work.installation.account_desk.audit.note(entries)
