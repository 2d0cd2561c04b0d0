"""Users and roles of a university: who may sign in here, as what, and what helps them in again."""

from collections.abc import Callable

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from gateway.domain.accounts import EVERYWHERE, Account, Grant, Role
from gateway.domain.rejections import Rejection
from gateway.texts.roles import ROLES
from gateway.usecases import people
from gateway.usecases.people import GRANTABLE, Editor
from gateway.usecases.signing_in import code_mark, name_mark, provider_subject, proxy_subject
from gateway.web import audit, once
from gateway.web.access import allow, hosted, visitor, wiring
from gateway.web.forms import choices, refusals
from gateway.web.language import say, told
from gateway.web.people_forms import ELSEWHERE, LINK, PASSWORD, GrantForm, NewPersonForm, PersonForm

pages = Blueprint("people", __name__, url_prefix="/ateneo/<university>/amministrazione/persone")

ADMINS = (Role.ADMINISTRATOR, Role.SYSTEM)
PAGE = 50
_KIND = "given"


@pages.get("")
@allow(*ADMINS)
def listing(university: str) -> str:
    """List the people of the university."""
    role, text = request.args.get("ruolo", ""), request.args.get("nome", "")[:80]
    found = wiring().accounts.page(
        hosted().code,
        role=Role(role) if role in set(Role) - {Role.SYSTEM} else None,
        text=text,
        after=request.args.get("dopo", "")[:80],
        limit=PAGE + 1,
    )
    following = found[PAGE - 1].username if len(found) > PAGE else ""
    return render_template(
        "people.html",
        people=found[:PAGE],
        following=following,
        role=role,
        text=text,
        roles=_roles(Role.STUDENT),
        role_name=role_name,
    )


@pages.route("/nuova", methods=["GET", "POST"])
@allow(*ADMINS, recent=True)
def add(university: str) -> str | Response:
    """Add a person: by a link used once, by a temporary password, or known elsewhere."""
    form = NewPersonForm()
    _choices(form)
    form.role.choices = choices(_roles())
    firsts = [
        (LINK, say("Un collegamento da usare una volta sola", "A link to be used once")),
        (PASSWORD, say("Una password provvisoria", "A temporary password")),
        (ELSEWHERE, say("Nessuna password: accede altrove", "No password: signs in elsewhere")),
    ]
    form.first.choices = choices(firsts)
    if form.validate_on_submit():
        try:
            kept = people.add(_editor(), _new(form), desk=wiring().account_desk)
            audit.note("person_added", subject=audit.subject_of(kept), detail=form.role.data)
            _give(kept, form.first.data)
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
        else:
            flash(say("Persona aggiunta.", "Person added."), "success")
            return _to(kept)
    return render_template("person_new.html", form=form)


def _new(form: NewPersonForm) -> Account:
    given = Grant(Role(form.role.data), hosted().code, (form.faculty.data or "").strip())
    return Account(
        username=form.username.data or "",
        name=(form.name.data or "").strip(),
        email=(form.email.data or "").strip(),
        grants=frozenset({given}),
        subject=_subject(form),
    )


@pages.route("/<int:number>", methods=["GET", "POST"])
@allow(*ADMINS)
def edit(university: str, number: int) -> str | Response:
    """Show a person, or change name, mail address and as whom they are known elsewhere."""
    account = _found(number)
    form = PersonForm(obj=account)
    _choices(form)
    if request.method == "GET":
        form.provider.data, form.subject.data = _known_as(account)
    if form.validate_on_submit():
        if _subject(form) != account.subject and not current_user.proved_lately(wiring().clock()):
            return redirect(url_for("accounts.prove", next=request.path))
        try:
            people.describe(
                _editor(),
                account,
                name=form.name.data or "",
                email=form.email.data or "",
                subject=_subject(form),
                desk=wiring().account_desk,
            )
        except Rejection as rejection:
            form.form_errors = refusals(rejection)
        else:
            audit.note("person_changed", subject=audit.subject_of(account))
            flash(say("Dati salvati.", "Saved."), "success")
            return _to(account)
    return _page(account, form)


def _page(account: Account, form: PersonForm) -> str:
    grants = GrantForm(formdata=None)
    grants.role.choices = choices(_roles())
    desk, now = wiring().account_desk, wiring().clock()
    waits = [
        desk.throttles.waiting(mark, now)
        for mark in (name_mark(account.username), code_mark(account))
    ]
    return render_template(
        "person.html",
        person=account,
        form=form,
        grants=grants,
        held=sorted(account.grants, key=str),
        here_code=hosted().code,
        role_name=role_name,
        whole=_editor().answers_for(account),
        waiting=max((until for until in waits if until), default=None),
        sessions=[one for one in desk.sessions.of(account.account_id) if one.holds_at(now)],
        given=once.take(_KIND),
    )


@pages.post("/<int:number>/ruoli")
@allow(*ADMINS, recent=True)
def grant(university: str, number: int) -> str | Response:
    """Give a role at this university."""
    account, form = _found(number), GrantForm()
    form.role.choices = choices(_roles())
    if not form.validate():
        flash(say("Scelta non valida.", "Not a valid choice."), "danger")
        return _to(account)
    given = Grant(Role(form.role.data), hosted().code, (form.faculty.data or "").strip())
    return _act(
        account,
        lambda: people.grant(_editor(), account, given, desk=wiring().account_desk),
        "role_given",
        say("Ruolo dato.", "Role given."),
        detail=f"{given.role} {given.faculty}".strip(),
    )


@pages.post("/<int:number>/ruoli/togli")
@allow(*ADMINS, recent=True)
def revoke(university: str, number: int) -> Response:
    """Take a role at this university away."""
    account = _found(number)
    name, faculty = request.form.get("role", ""), request.form.get("faculty", "")
    if name not in set(Role):
        abort(400)
    taken = Grant(Role(name), hosted().code, faculty)
    return _act(
        account,
        lambda: people.revoke(_editor(), account, taken, desk=wiring().account_desk),
        "role_taken",
        say("Ruolo tolto.", "Role taken away."),
        detail=f"{taken.role} {taken.faculty}".strip(),
    )


@pages.post("/<int:number>/spegni")
@allow(*ADMINS, recent=True)
def switch_off(university: str, number: int) -> Response:
    """Let an account be used no more."""
    account = _found(number)
    return _act(
        account,
        lambda: people.switch(_editor(), account, active=False, desk=wiring().account_desk),
        "account_switched_off",
        say("Account spento: ogni sessione è chiusa.", "Switched off: every session is ended."),
    )


@pages.post("/<int:number>/riaccendi")
@allow(*ADMINS, recent=True)
def switch_on(university: str, number: int) -> Response:
    """Let an account be used again."""
    account = _found(number)
    return _act(
        account,
        lambda: people.switch(_editor(), account, active=True, desk=wiring().account_desk),
        "account_switched_on",
        say("Account riacceso.", "Switched on again."),
    )


@pages.post("/<int:number>/sessioni/fine")
@allow(*ADMINS)
def end_sessions(university: str, number: int) -> Response:
    """Sign somebody out everywhere."""
    account = _found(number)
    return _act(
        account,
        lambda: people.end_sessions(_editor(), account, desk=wiring().account_desk),
        "sessions_ended",
        say("Ogni sessione è chiusa.", "Every session is ended."),
    )


@pages.post("/<int:number>/sblocca")
@allow(*ADMINS)
def lift(university: str, number: int) -> Response:
    """Let somebody try again at once."""
    account = _found(number)
    return _act(
        account,
        lambda: people.lift(_editor(), account, desk=wiring().account_desk),
        "lockout_lifted",
        say("L'attesa è tolta.", "The wait is lifted."),
    )


@pages.post("/<int:number>/secondo-fattore/azzera")
@allow(*ADMINS, recent=True)
def reset_factor(university: str, number: int) -> Response:
    """Remove the second factor of somebody who lost it."""
    account = _found(number)
    return _act(
        account,
        lambda: people.reset_factor(_editor(), account, desk=wiring().account_desk),
        "second_factor_reset",
        say("Secondo fattore azzerato.", "Second factor removed."),
    )


@pages.post("/<int:number>/accesso/<kind>")
@allow(*ADMINS, recent=True)
def give_access(university: str, number: int, kind: str) -> Response:
    """Give a new link, or a temporary password, shown once."""
    account = _found(number)
    if kind not in (LINK, PASSWORD):
        abort(404)
    return _act(
        account,
        lambda: _give(account, kind),
        f"{kind}_given",
        say("Fatto: si vede una volta sola.", "Done: it is shown once."),
    )


def _give(account: Account, kind: str) -> None:
    desk = wiring().account_desk
    if kind == PASSWORD:
        once.keep(_KIND, kind, people.give_password(_editor(), account, desk=desk))
    elif kind == LINK:
        secret = people.invite(_editor(), account, desk=desk)
        base = (wiring().public_url or request.host_url).rstrip("/")
        once.keep(_KIND, kind, base + url_for("accounts.invited", secret=secret))


def _act(
    account: Account, step: Callable[[], object], action: str, done: str, detail: str = ""
) -> Response:
    """Do something about an account, say what came of it, and show the account again."""
    try:
        step()
    except Rejection as rejection:
        for sentence in refusals(rejection):
            flash(say("Non eseguito: {why}.", "Not done: {why}.", why=sentence), "danger")
    else:
        audit.note(action, subject=audit.subject_of(account), detail=detail)
        flash(done, "success")
    return _to(account)


def _to(account: Account) -> Response:
    """Go to the page of an account, or to the list if it is of this university no more."""
    left = wiring().accounts.get(account.account_id)
    if left is None or not _seen_here(left):
        return redirect(url_for("people.listing", university=hosted().code))
    place = url_for("people.edit", university=hosted().code, number=account.account_id)
    return redirect(place)


def _found(number: int) -> Account:
    """Return an account of this university; those of others are not found."""
    account = wiring().accounts.get(number)
    if account is None or not _seen_here(account):
        abort(404)
    return account


def _seen_here(account: Account) -> bool:
    """Tell whether an account is of this university, or of none and a system's business."""
    here = {grant.university for grant in account.grants} - {EVERYWHERE}
    return hosted().code in here or (not here and visitor().is_system)


def _editor() -> Editor:
    return Editor(account=visitor())


def role_name(role: Role) -> str:
    """Return what a role is called on the page."""
    return told(ROLES[role])


def _roles(*more: Role) -> list[tuple[str, str]]:
    return [(role.value, role_name(role)) for role in (*GRANTABLE, *more)]


def _choices(form: PersonForm) -> None:
    offered = wiring().account_desk.providers.everybody()
    ways = [
        ("", say("nome e password", "name and password")),
        *((f"oidc:{item.name}", item.label) for item in offered),
        *([("proxy", wiring().proxy.label)] if wiring().proxy.offered else []),
    ]
    form.provider.choices = choices(ways)


def _subject(form: PersonForm) -> str:
    kind, subject = form.provider.data or "", (form.subject.data or "").strip()
    if not kind or not subject:
        return ""
    known = {item.name: item for item in wiring().account_desk.providers.everybody()}
    provider = known.get(kind.removeprefix("oidc:"))
    return provider_subject(provider, subject) if provider else proxy_subject(subject)


def _known_as(account: Account) -> tuple[str, str]:
    kind, _, rest = account.subject.partition(":")
    if kind != "oidc":
        return kind, rest
    name, _, subject = rest.partition(":")
    return f"oidc:{name}", subject
