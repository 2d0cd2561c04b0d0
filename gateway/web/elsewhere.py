"""Signing in elsewhere: at a provider of OpenID Connect, or before the trusted proxy (SAML).

A departure is good for one return: its state is remembered until it is stale anyway. The proxy's
headers count only beside the secret of its own.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from gateway.domain.accounts import EVERYWHERE, RECENT, Account
from gateway.domain.identifiers import MiurCode
from gateway.domain.signing_in import IdentityProvider, codice_fiscale_in
from gateway.logs import get_logger
from gateway.trusted_proxy import PEOPLE, from_proxy
from gateway.usecases import signing_in
from gateway.usecases.account_ports import Arrival, Departure, NotProved
from gateway.web import audit
from gateway.web.access import everybody, wiring
from gateway.web.accounts import enter
from gateway.web.forms import here_only
from gateway.web.language import say

pages = Blueprint("elsewhere", __name__, url_prefix="/accesso")

PROXY = "proxy"
_AWAY = "away"
_GOOD = timedelta(minutes=10)
_log = get_logger(__name__)


@pages.post("/fornitore/<name>")
@everybody
def depart(name: str) -> Response:
    """Go to a provider; who is signed in shows there again who they are."""
    provider, again = _provider(name), bool(current_user.is_authenticated)
    try:
        departure = wiring().openid.begin(provider, _back(name), again=again)
    except NotProved as trouble:
        return _not_proved(name, trouble)
    session[_AWAY] = {
        "name": name,
        "state": departure.state,
        "nonce": departure.nonce,
        "verifier": departure.verifier,
        "at": wiring().clock().isoformat(),
        "next": here_only(request.args.get("next", "")),
        "again": again,
    }
    return redirect(departure.address)


@pages.get("/fornitore/<name>/ritorno")
@everybody
def come_back(name: str) -> str | Response:
    """Come back from a provider."""
    provider, away, now = _provider(name), session.pop(_AWAY, {}), wiring().clock()
    try:
        departure = _departure(name, away, now)
        arrival = wiring().openid.finish(provider, departure, _back(name), request.args, now)
    except NotProved as trouble:
        return _not_proved(name, trouble)
    subject = signing_in.provider_subject(provider, arrival.subject)
    if away["again"]:
        return _proved(subject, arrival, datetime.fromisoformat(away["at"]), away["next"])
    return _arrived(subject, arrival, provider.student_university, f"oidc:{name}", away["next"])


def _departure(name: str, away: Mapping[str, str], now: datetime) -> Departure:
    """Return the departure from which a visitor may come back, once."""
    if away.get("name") != name:
        raise NotProved("departure")
    until = datetime.fromisoformat(away["at"]) + _GOOD
    if now >= until:
        raise NotProved("late")
    if not wiring().remember(EVERYWHERE, f"oidc {away['state']}", until):
        raise NotProved("replayed")
    return Departure("", away["state"], away["nonce"], away["verifier"])


@pages.get("/fornitore/<name>/uscita")
@everybody
def leave(name: str) -> Response:
    """Sign out of a provider too, where it lets us."""
    home = url_for("front.home")
    found = wiring().account_desk.providers.get(name)
    if found is None:
        return redirect(home)
    return redirect(wiring().openid.leave(found, _absolute(home)) or home)


@pages.get("/idem")
@everybody
def proxied() -> str | Response:
    """Come in through the trusted proxy, which knows who is there."""
    proxy = wiring().proxy
    if not proxy.offered:
        abort(404)
    user = _header(proxy.user)
    if not from_proxy(request.environ, PEOPLE, proxy.secrets):
        if user:
            _log.warning("proxy_header_ignored")
        abort(403)
    if not user or "," in user or ";" in user:
        return _not_proved(PROXY, NotProved("subject"))
    arrival = Arrival(
        subject=user,
        codice_fiscale=codice_fiscale_in(_header(proxy.codice_fiscale).split(";")),
        name=_header(proxy.name)[:200],
        email=_header(proxy.email)[:200],
        proved_at=parse_moment_utc(_header(proxy.instant)),
    )
    subject, wanted = signing_in.proxy_subject(user), here_only(request.args.get("next", ""))
    if current_user.is_authenticated:
        return _proved(subject, arrival, wiring().clock() - RECENT, wanted)
    return _arrived(subject, arrival, proxy.student_university, PROXY, wanted)


def parse_moment_utc(text: str) -> datetime | None:
    """Return the moment of a header in the form of XML (``2026-11-22T10:00:00Z``)."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None


def _header(name: str) -> str:
    """Return what a header says; the federation's attributes are UTF-8."""
    value = request.headers.get(name, "") if name else ""
    try:
        return value.encode("latin-1").decode("utf-8").strip()
    except UnicodeError:
        return value.strip()


def _arrived(
    subject: str, arrival: Arrival, students_of: MiurCode, way: str, wanted: str
) -> str | Response:
    tried = signing_in.by_subject(subject, arrival, students_of, desk=wiring().account_desk)
    if isinstance(tried, Account):
        long_ago = wiring().clock() - RECENT
        return enter(tried, wanted, way, arrival.proved_at or long_ago)
    page = render_template("unknown_person.html")
    return Response(page, 403, content_type="text/html; charset=utf-8")


def _proved(subject: str, arrival: Arrival, since: datetime, wanted: str) -> str | Response:
    """Take a proof of identity: of the same person, and a fresh one."""
    fresh = arrival.proved_at is not None and arrival.proved_at >= since - timedelta(minutes=1)
    if not current_user.is_authenticated or current_user.account.subject != subject or not fresh:
        return _not_proved("", NotProved("stale"))
    wiring().sessions.prove(current_user.session.mark, wiring().clock())
    audit.note("identity_proved")
    return redirect(wanted or url_for("front.home"))


def _not_proved(name: str, trouble: NotProved) -> Response:
    _log.warning("identity_not_proved", provider=name, why=str(trouble))
    text = say(
        "L'altro servizio non ha confermato l'identità: nulla è stato fatto. Riprovare.",
        "The other service did not confirm who you are: nothing was done. Try again.",
    )
    flash(text, "danger")
    known = current_user.is_authenticated
    return redirect(url_for("accounts.prove" if known else "accounts.entrance"))


def _provider(name: str) -> IdentityProvider:
    found = wiring().account_desk.providers.get(name)
    if found is None or not found.active:
        abort(404)
    return found


def _back(name: str) -> str:
    return _absolute(url_for("elsewhere.come_back", name=name))


def _absolute(path: str) -> str:
    """Return an address of ours as others see it."""
    return (wiring().public_url or request.host_url).rstrip("/") + path
