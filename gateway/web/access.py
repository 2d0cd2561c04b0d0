"""Who may see what. A view says so beside itself; one that does not is open to nobody.

``everybody`` needs no account, ``signed_in`` any account, ``allow`` one of some roles at the
university in the address (``<university>``; without one, anywhere). ``recent`` wants the visitor to
have shown who they are a short while ago: destructive acts. ``whole`` wants one who works for all
faculties: what is shown knows none.

The guard runs before every view. A stranger is sent to the entrance, somebody else is refused with
403, a university that is not hosted is not found. Who must change the password, or lacks a second
factor that their university demands, is led there from every other page.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from gateway.domain.accounts import Account, Role
from gateway.domain.identifiers import MiurCode, parse_miur_code
from gateway.domain.lifecycle import Actor
from gateway.domain.partners import University
from gateway.domain.rejections import Rejection
from gateway.domain.signing_in import lacks_second_factor
from gateway.web.asked import address_in
from gateway.web.forms import here_only
from gateway.web.sessions import PASSWORD, Visitor
from gateway.web.wiring import WebWiring

F = TypeVar("F", bound=Callable[..., object])

OFFICE = (Role.OPERATOR, Role.APPROVER)
"""The secretariat."""
READERS = (*OFFICE, Role.AUDITOR, Role.ADMINISTRATOR)
"""Who may look at practices without being their commission or student."""
OPENERS = (Role.OPERATOR, Role.AUDITOR)
"""Who may read what messages say."""

_ALWAYS = frozenset({"accounts.leave"})
_SETTING_UP = frozenset({"factor.show", "factor.picture", "profile.password"})
"""What may be opened while a second factor that is demanded is still missing."""


@dataclass(frozen=True, slots=True)
class Access:
    """Who may see a view."""

    roles: frozenset[Role] = field(default_factory=frozenset)
    public: bool = False
    recent: bool = False
    whole: frozenset[Role] = field(default_factory=frozenset)


def _mark(access: Access) -> Callable[[F], F]:
    def mark(view: F) -> F:
        view.access = access  # type: ignore[attr-defined]
        return view

    return mark


everybody = _mark(Access(public=True))
signed_in = _mark(Access())


def allow(*roles: Role, recent: bool = False, whole: Collection[Role] = ()) -> Callable[[F], F]:
    """Return the decorator of a view for some roles.

    What a view shows may know no faculties: then one of the roles ``whole`` must be of them all.
    """
    return _mark(Access(frozenset(roles), recent=recent, whole=frozenset(whole)))


def access_of(app: Flask, endpoint: str) -> Access | None:
    """Return who may see an endpoint, ``None`` if nobody said so."""
    found: Access | None = getattr(app.view_functions[endpoint], "access", None)
    return found


def wiring() -> WebWiring:
    """Return what stands behind the pages."""
    found: WebWiring = current_app.extensions["congedo"]
    return found


def visitor() -> Account:
    """Return the account that is signed in."""
    assert isinstance(current_user, Visitor) or current_user.is_authenticated
    account: Account = current_user.account
    return account


def hosted() -> University:
    """Return the hosted university in the address."""
    university: University = g.university
    return university


def acting_as(*roles: Role) -> Actor:
    """Return as whom the visitor acts here: the first of the roles that they have."""
    account = visitor()
    mine = account.roles_at(hosted().code)
    return account.actor(next(role for role in roles if role in mine))


def add_guard(app: Flask) -> None:
    """Let an application ask, before every view, whether the visitor may see it."""

    @app.before_request
    def guard() -> Response | None:
        endpoint = request.endpoint
        if endpoint is None or endpoint == "static":
            return None
        g.university = _university()
        access = access_of(app, endpoint)
        if access is None:
            abort(403)
        stranger = not current_user.is_authenticated  # asked now: later a view may hold the store
        if access.public:
            return None
        if stranger:
            return redirect(url_for("accounts.entrance", next=_here()))
        if first := first_of_all(endpoint):
            return redirect(url_for(first))
        if not _lets_in(access, _roles()):
            abort(403)
        if access.recent and not current_user.proved_lately(wiring().clock()):
            return redirect(url_for("accounts.prove", next=_here()))
        if not _sees_all(access):
            abort(403)
        return None


def first_of_all(endpoint: str) -> str:
    """Return where a visitor must go before anything else, empty if they may go on.

    Views for everybody that show a signed-in visitor something of their own ask here themselves.
    """
    account = visitor()
    if endpoint in _ALWAYS or current_user.session.way != PASSWORD:
        return ""
    if account.must_change:
        return "" if endpoint == "profile.password" else "profile.password"
    if endpoint in _SETTING_UP or account.second_factor:
        return ""
    lacks = lacks_second_factor(account, wiring().find_universities())
    return "factor.show" if lacks else ""


def _university() -> University | None:
    code = (request.view_args or {}).get("university")
    if code is None:
        return None
    try:
        found = wiring().find_university(parse_miur_code(code))
    except Rejection:
        found = None
    if found is None:
        abort(404)
    return found


def opens(endpoint: str) -> bool:
    """Tell whether the visitor's roles here open a view."""
    access = access_of(current_app, endpoint)
    return access is not None and _lets_in(access, _roles()) and _sees_all(access)


def opened_by(endpoint: str, roles: Collection[Role]) -> bool:
    """Tell whether some of the visitor's roles open a view: those that reach what it is about."""
    access = access_of(current_app, endpoint)
    return access is not None and _lets_in(access, roles)


def _lets_in(access: Access, roles: Collection[Role]) -> bool:
    return not access.roles or not access.roles.isdisjoint(roles)


def _sees_all(access: Access) -> bool:
    """Tell whether the visitor works for all faculties, where a view knows none."""
    return not access.whole or faculties(access.whole) is None


def faculties(roles: Collection[Role]) -> frozenset[str] | None:
    """Return the faculties that the visitor sees in some roles, ``None`` for all of them."""
    account, here = visitor(), hosted().code
    mine = [account.faculties_at(here, role) for role in roles if role in account.roles_at(here)]
    if any(found is None for found in mine):
        return None
    return frozenset().union(*(found for found in mine if found is not None))


def _roles() -> frozenset[Role]:
    account = visitor()
    if g.university is not None:
        return account.roles_at(MiurCode(g.university.code))
    return frozenset(grant.role for grant in account.grants)


def _here() -> str:
    """Return where to come back to: this page, or that of the form that was sent."""
    return request.full_path.rstrip("?") if request.method == "GET" else came_from()


def came_from() -> str:
    """Return the page of ours on which the form stands that was sent; the first one if unknown.

    The browser tells it: an address written into the page would be said again by a page of trouble,
    whatever somebody put into it.
    """
    page = address_in(request.referrer or "")
    routes = current_app.url_map.bind(request.host)
    if page.netloc != request.host or not routes.test(page.path, "GET"):
        return "/"
    return here_only(f"{page.path}?{page.query}" if page.query else page.path) or "/"
