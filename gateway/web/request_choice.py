"""The student chooses: university, course, what to ask for; and changes a draft (A.4.1).

No script is needed: faculties open as the page's own details, the search is a form. Offers are
partners' words: addresses are followed only where they are the web's.
"""

from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from gateway.domain.accounts import Role
from gateway.domain.calendar import italian_day, transfer_year
from gateway.domain.careers import TransferWish
from gateway.domain.identifiers import CodiceFiscale, MiurCode, parse_miur_code
from gateway.domain.lifecycle import Actor
from gateway.domain.offers import Course, Offer, group_by_faculty
from gateway.domain.origin import OriginState, OutgoingTransfer
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.usecases import offers, requests
from gateway.usecases.ports import UnitOfWork
from gateway.usecases.requests import Papers
from gateway.usecases.transaction import transact
from gateway.web import audit, foglio_reading
from gateway.web.access import acting_as, allow, hosted, visitor, wiring
from gateway.web.asked import address_in, asked_number
from gateway.web.forms import refusals
from gateway.web.language import say
from gateway.web.origin_practices import Seen, practice_id, tell_meanwhile
from gateway.web.request_forms import RequestForm, VersionForm

_FRESH_MINUTES = 10
"""An offer that came so lately is not asked for again."""
_YEARS_AHEAD = 1


def student() -> CodiceFiscale:
    """Return whose account the visitor's is; one of nobody's has no requests."""
    code = visitor().codice_fiscale
    if code is None:
        abort(403)
    return code


def papers() -> Papers:
    """Return what reads and makes fogli."""
    return Papers(wiring().documents, wiring().composer)


def own(uow: UnitOfWork, practice: str) -> OutgoingTransfer:
    """Return a request of the visitor's; any other is not found."""
    try:
        return requests.find_own(practice_id(practice), student(), uow=uow)
    except Rejection:
        abort(404)


def _year() -> int:
    first = transfer_year(italian_day(wiring().clock()))
    asked = asked_number("anno", first)
    if not first <= asked <= first + _YEARS_AHEAD:
        abort(404)
    return asked


def _partner(uow: UnitOfWork, code: str) -> Partner:
    try:
        found = uow.partners.get(parse_miur_code(code))
    except Rejection:
        abort(404)
    if found is None or not _open(found):
        abort(404)
    return found


def _open(partner: Partner) -> bool:
    today = italian_day(wiring().clock())
    return bool(partner.destination_url) and partner.active_on(today)


@allow(Role.STUDENT)
def new(university: str) -> str | Response:
    """Choose a university."""
    with wiring().open_uow(hosted().code) as uow:
        obstacle = requests.obstacle(student(), wiring().records_for(uow), uow=uow)
        partners = sorted(
            (item for item in uow.partners.all() if _open(item)), key=lambda item: item.name
        )
    return render_template(
        "request_new.html",
        obstacle=refusals(Rejection([obstacle])) if obstacle else [],
        practice=obstacle.params.get("practice", "") if obstacle else "",
        partners=partners,
        year=_year(),
    )


@dataclass(frozen=True, slots=True)
class Faculty:
    """A branch of the tree."""

    name: str
    courses: tuple[Course, ...]


def _tree(offer: Offer, wanted: str) -> list[Faculty]:
    """Return the courses by faculty, those that have every word looked for."""
    words = wanted.lower().split()
    kept = [course for course in offer.courses if all(word in _text(course) for word in words)]
    return [Faculty(name or code, tuple(found)) for code, name, found in group_by_faculty(kept)]


def _text(course: Course) -> str:
    parts = (course.name, course.faculty_name, course.classe, course.code, course.notes)
    return " ".join(parts).lower()


def web_address(address: str) -> str:
    """Return the address of a page of the partner's, empty unless it is one of the web."""
    parts = address_in(address.strip())
    return address.strip() if parts.scheme in ("http", "https") and parts.netloc else ""


@allow(Role.STUDENT)
def offer(university: str, partner: str) -> str:
    """Choose a course of a university's offer."""
    year, wanted = _year(), request.args.get("cerca", "")[:80]
    with wiring().open_uow(hosted().code) as uow:
        chosen = _partner(uow, partner)
        known = uow.offers.cached(chosen.code, year)
        drafted = _drafted(uow, request.args.get("domanda", ""), chosen.code)
    return render_template(
        "request_offer.html",
        partner=chosen,
        year=year,
        wanted=wanted,
        offer=known,
        tree=_tree(known, wanted) if known else [],
        today=italian_day(wiring().clock()),
        web_address=web_address,
        draft=drafted,
        form=VersionForm(formdata=None),
    )


def _drafted(uow: UnitOfWork, practice: str, partner: MiurCode) -> OutgoingTransfer | None:
    """Return the draft for which another course is looked for, if it is one to this partner."""
    if not practice:
        return None
    transfer = own(uow, practice)
    if transfer.state is not OriginState.BOZZA or transfer.destination != partner:
        abort(404)
    return transfer


@allow(Role.STUDENT)
def refresh(university: str, partner: str) -> Response:
    """Ask the partner for its offer again, unless it came a moment ago."""
    year, now = _year(), wiring().clock()
    with wiring().open_uow(hosted().code) as uow:
        chosen = _partner(uow, partner)
        known = uow.offers.cached(chosen.code, year)
        age = (now - known.fetched_at).total_seconds() / 60 if known and known.fetched_at else None
        if age is not None and age < _FRESH_MINUTES:
            said = say("L'offerta è appena stata letta.", "The offer has just been read.")
        else:
            offers.request_offer(chosen.code, year, uow=uow, now=now)
            uow.commit()
            said = say(
                "Offerta richiesta: ricaricare la pagina fra qualche secondo.",
                "Offer asked for: reload the page in a few seconds.",
            )
    flash(said, "info")
    draft = request.args.get("domanda") or None
    return redirect(
        url_for("requests.offer", university=university, partner=partner, anno=year, domanda=draft)
    )


def _course(uow: UnitOfWork, partner: MiurCode, year: int, code: str) -> Course:
    known = uow.offers.cached(partner, year)
    found = known.find(code) if known else None
    if found is None:
        abort(404)
    return found


@allow(Role.STUDENT)
def compose(university: str, partner: str) -> str | Response | tuple[str, int]:
    """Make a draft: look at the foglio, add what is asked for."""
    form, year = RequestForm(), _year()
    form.speak()
    behind = wiring()
    with behind.open_uow(hosted().code) as uow:
        chosen = _partner(uow, partner)
        course = _course(uow, chosen.code, year, request.args.get("corso", ""))
        records = behind.records_for(uow)
        obstacle = requests.obstacle(student(), records, uow=uow)
        career = records.find(student())
    if obstacle is not None or career is None:
        return redirect(url_for("requests.new", university=university))
    wish = _wish(form, chosen, course, year)
    problems: list[str] = []
    if form.validate_on_submit():
        try:
            made = _draft(wish, acting_as(Role.STUDENT))
        except Rejection as rejection:
            problems = refusals(rejection)
        else:
            audit.note("request_drafted", practice=made.id_pratica)
            return _drafted_so(university, made)
    content = behind.composer.compose(career.content, wish, hosted())
    page = render_template(
        "request_compose.html",
        form=form,
        partner=chosen,
        course=course,
        year=year,
        closed=not course.open_on(italian_day(behind.clock())),
        problems=problems,
        foglio=foglio_reading.shown(content, behind.documents),
        reading=foglio_reading,
        draft=None,
    )
    return (page, 422) if problems or form.errors else page


def _drafted_so(university: str, made: OutgoingTransfer) -> Response:
    """Go on to the confirmation, or back to the list for a draft to be gone on with later."""
    if "vai" in request.form:
        address = url_for("requests.show", university=university, practice=made.id_pratica)
        return redirect(f"{address}#conferma")
    flash(
        say(
            "Bozza salvata: la domanda non è ancora presentata.",
            "Draft saved: the request is not submitted yet.",
        ),
        "success",
    )
    return redirect(url_for("requests.listing", university=university))


def _wish(form: RequestForm, partner: Partner, course: Course, year: int) -> TransferWish:
    return TransferWish(
        destination=partner.code,
        destination_name=partner.name,
        course=course,
        academic_year=year,
        asked_on=italian_day(wiring().clock()),
        consent=bool(form.consent.data),
        year_of_course=form.year,
        test_passed=form.passed if course.limited_access else None,
        why=form.why.data or "",
        notes=form.notes.data or "",
    )


def _draft(wish: TransferWish, actor: Actor) -> OutgoingTransfer:
    behind, code, mine = wiring(), student(), papers()
    return transact(
        hosted().code,
        lambda uow: requests.draft(
            wish,
            code,
            actor,
            uow=uow,
            records=behind.records_for(uow),
            papers=mine,
            now=behind.clock(),
        ),
        open_uow=behind.open_uow,
    )


@allow(Role.STUDENT)
def change(university: str, practice: str) -> str | Response | tuple[str, int]:
    """Change a draft: what is asked for, or another course of the same university."""
    form, behind = RequestForm(), wiring()
    form.speak()
    with behind.open_uow(hosted().code) as uow:
        transfer = own(uow, practice)
        stale = request.method == "POST" and not Seen(form.version.data or "").is_still(transfer)
        if transfer.state is not OriginState.BOZZA or stale:
            tell_meanwhile(uow, transfer)
            return _to(university, practice)
        content = uow.foglios.draft(transfer.foglio)
        kept = behind.composer.wish_of(content)
        partner = _partner(uow, kept.destination)
        course = _course_of_draft(uow, kept)
    if request.method == "GET":
        form.fill(kept)
        form.version.data = str(transfer.version)
    problems: list[str] = []
    wish = _wish(form, partner, course, kept.academic_year)
    if form.validate_on_submit():
        problems = _change(transfer, wish)
        if not problems:
            audit.note("request_changed", practice=practice)
            return _drafted_so(university, transfer)
    page = render_template(
        "request_compose.html",
        form=form,
        partner=partner,
        course=course,
        year=kept.academic_year,
        closed=not course.open_on(italian_day(behind.clock())),
        problems=problems,
        foglio=foglio_reading.shown(content, behind.documents),
        reading=foglio_reading,
        draft=transfer,
    )
    return (page, 422) if problems or form.errors else page


def _to(university: str, practice: str) -> Response:
    return redirect(url_for("requests.show", university=university, practice=practice))


def _course_of_draft(uow: UnitOfWork, kept: TransferWish) -> Course:
    """Return the course chosen now: another one of the offer, or the one of the draft."""
    wanted = request.args.get("corso", "")
    if wanted and wanted != kept.course.code:
        return _course(uow, kept.destination, kept.academic_year, wanted)
    known = uow.offers.cached(kept.destination, kept.academic_year)
    return (known.find(kept.course.code) if known else None) or kept.course


def _change(transfer: OutgoingTransfer, wish: TransferWish) -> list[str]:
    behind = wiring()
    try:
        with behind.open_uow(hosted().code) as uow:
            requests.change(
                transfer,
                wish,
                acting_as(Role.STUDENT),
                uow=uow,
                records=behind.records_for(uow),
                papers=papers(),
                now=behind.clock(),
            )
            uow.commit()
    except Rejection as rejection:
        return refusals(rejection)
    return []
