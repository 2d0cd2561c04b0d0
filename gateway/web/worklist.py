"""The first page of an office: what waits for us, for the other university, for the student."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qs

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for

from gateway.domain.accounts import Role
from gateway.domain.calendar import ITALY, italian_day
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import MiurCode, parse_codice_fiscale
from gateway.domain.partners import Partner
from gateway.domain.rejections import Rejection
from gateway.domain.worklist import QUEUES, Turn, queues_of
from gateway.texts import practices as texts
from gateway.usecases import four_eyes
from gateway.usecases.ports import PracticeKey, UnitOfWork
from gateway.usecases.worklist_ports import CAP, Beside, Order, WorkItem, WorkSearch
from gateway.web import audit, sheets
from gateway.web.access import OFFICE, READERS, allow, faculties, hosted, visitor, wiring
from gateway.web.acts import ACTS, Act
from gateway.web.buttons import is_theirs
from gateway.web.forms import refusals
from gateway.web.language import language, say, told
from gateway.web.practice_words import may_approve
from gateway.web.practices import address, place
from gateway.web.reach import reaches
from gateway.web.work_search import ENDED, STATES, Wish, read_wish

pages = Blueprint("worklist", __name__, url_prefix="/ateneo/<university>")

PAGE = 25
EXPORTED = 20_000
_CHUNK = 500
_SHOWN_PROPOSALS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """A practice of the list, with what its row says beside it."""

    item: WorkItem
    beside: Beside
    deadline: date | None
    days: int
    act: Act | None
    partner: str

    @property
    def turn(self) -> Turn | None:
        """Whose turn it is."""
        return QUEUES[self.item.queue].turn if self.item.queue else None


@pages.get("/lavori")
@allow(*READERS)
def show(university: str) -> str:
    """Show what waits."""
    wish = read_wish(request.args)
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        found = _found(wish, _search(wish), uow)
    return render_template("worklist.html", **found)


def _today() -> date:
    return italian_day(wiring().clock())


def _search(wish: Wish, limit: int = PAGE + 1) -> WorkSearch:
    return wish.search(hosted(), faculties(READERS), _today(), limit)


def _found(
    wish: Wish, search: WorkSearch, uow: UnitOfWork, *, by_student: bool = False
) -> dict[str, Any]:
    """Return everything that the page shows; it is made once the store is let go."""
    items = uow.worklist.page(search)
    shown, more = items[:PAGE], items[PAGE:]
    partners = {partner.code: partner for partner in uow.partners.all()}
    rows = _rows(shown, partners, uow)
    mine = faculties(READERS)
    return {
        "wish": wish,
        "rows": rows,
        "counts": uow.worklist.counts(mine),
        "ended": uow.worklist.ended(mine),
        "parked": uow.worklist.parked() if mine is None else 0,
        "groups": [(turn, told(texts.TURNS[turn]), queues_of(turn)) for turn in Turn],
        "queue_texts": texts.QUEUES,
        "side_texts": texts.SIDES,
        "cap": CAP,
        "states": STATES,
        "partners": partners.values(),
        "following": wish.query(after=shown[-1].place(search.order)) if more and shown else "",
        "today": _today(),
        "saved": uow.saved_filters.of(visitor().account_id),
        "proposals": _proposals(uow) if may_approve() else (),
        "may_act": bool(visitor().roles_at(hosted().code) & set(OFFICE)),
        "by_student": by_student,
        "practice_address": address,
        "practice_place": place,
        "title": _title(wish, by_student=by_student),
        "Order": Order,
        "ENDED": ENDED,
    }


def _title(wish: Wish, *, by_student: bool) -> str:
    """Return what the list is called."""
    if by_student:
        return say("Pratiche dello studente", "Practices of the student")
    if wish.practice:
        return say("Pratiche trovate", "Practices found")
    if wish.state:
        return texts.state(wish.state, language()).capitalize()
    if wish.queue is not None:
        return told(texts.QUEUES[wish.queue]).capitalize()
    if wish.group == ENDED:
        return say("Concluse", "Ended")
    return told(texts.TURNS[Turn(wish.group)])


def _proposals(uow: UnitOfWork) -> list[tuple[Any, str]]:
    """Return what waits for the visitor as the second person, with its address."""
    found = []
    for item in uow.proposals.open_ones(_SHOWN_PROPOSALS):
        key = PracticeKey(item.side, item.partner, item.id_pratica)
        transfer = four_eyes.find(key, uow=uow)
        theirs = reaches(transfer, [Role.APPROVER], uow=uow)
        if theirs and item.holds_for(transfer.version) and item.proposed_by != visitor().username:
            found.append((item, address(key)))
    return found


def _rows(
    items: Sequence[WorkItem], partners: Mapping[MiurCode, Partner], uow: UnitOfWork
) -> list[Row]:
    beside = uow.worklist.beside([item.key for item in items])
    now, deadlines = wiring().clock(), _deadlines(items, uow)
    return [
        Row(
            item,
            beside[item.key],
            deadlines[item.key],
            (now - item.updated_at).days,
            _act_of(item),
            partners[item.partner].name if item.partner in partners else item.partner,
        )
        for item in items
    ]


def _act_of(item: WorkItem) -> Act | None:
    """Return the act by which a practice usually goes on, if it is the visitor's."""
    if item.queue is None or QUEUES[item.queue].turn is not Turn.OFFICE:
        return None
    act = ACTS.get((item.side, QUEUES[item.queue].goes_on_by.value))
    mine = visitor().roles_at(hosted().code)
    return act if act and is_theirs(act, item.state, mine) else None


def _deadlines(items: Iterable[WorkItem], uow: UnitOfWork) -> dict[PracticeKey, date | None]:
    """Return the last day for requests of each practice's course, each offer read once."""
    offers: dict[tuple[str, int], Any] = {}
    found: dict[PracticeKey, date | None] = {}
    for item in items:
        if item.side is Side.DESTINATION:
            course = uow.offers.course(item.academic_year, item.course_code)[1]
        else:
            of = (item.partner, item.academic_year)
            if of not in offers:
                offers[of] = uow.offers.cached(*of)
            course = offers[of].find(item.course_code) if offers[of] else None
        found[item.key] = course.deadline if course else None
    return found


@pages.post("/lavori/studente")
@allow(*READERS)
def by_student(university: str) -> Any:
    """Show the practices of a codice fiscale: it is sent, never written into an address."""
    try:
        student = parse_codice_fiscale(request.form.get("codice_fiscale", ""))
    except Rejection as rejection:
        flash(" ".join(refusals(rejection)), "danger")
        return redirect(url_for("worklist.show", university=university))
    audit.note("student_searched")
    search = WorkSearch(
        student=student, faculties=faculties(READERS), order=Order.NEWEST, limit=PAGE
    )
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        found = _found(Wish(), search, uow, by_student=True)
    return render_template("worklist.html", **found)


@pages.post("/lavori/filtri")
@allow(*READERS)
def save_filter(university: str) -> Response:
    """Keep what the list asks for under a name."""
    name = " ".join(request.form.get("name", "").split())[:60]
    query = read_wish(_args(request.form.get("query", ""))).query()
    if not name:
        flash(say("Il filtro vuole un nome", "The filter wants a name"), "danger")
    else:
        with wiring().open_uow(hosted().code) as uow:
            uow.saved_filters.keep(visitor().account_id, name, query[:500])
            uow.commit()
        flash(say("Filtro salvato", "Filter saved"), "success")
    return _back(university, query)


@pages.post("/lavori/filtri/<int:number>")
@allow(*READERS)
def drop_filter(university: str, number: int) -> Response:
    """Forget a saved filter."""
    with wiring().open_uow(hosted().code) as uow:
        uow.saved_filters.drop(visitor().account_id, number)
        uow.commit()
    flash(say("Filtro tolto", "Filter taken away"), "success")
    return _back(university, "")


def _args(query: str) -> dict[str, str]:
    return {name: values[-1] for name, values in parse_qs(query[:1000]).items()}


def _back(university: str, query: str) -> Response:
    base = url_for("worklist.show", university=university)
    return redirect(f"{base}?{query}" if query else base)  # type: ignore[return-value]


@pages.get("/lavori.csv")
@allow(*READERS)
def export_csv(university: str) -> Response:
    """Give the list as CSV."""
    return _file(sheets.as_csv(_table()), sheets.CSV, "csv")


@pages.get("/lavori.ods")
@allow(*READERS)
def export_ods(university: str) -> Response:
    """Give the list as an OpenDocument spreadsheet."""
    return _file(sheets.as_ods(_table(), say("Da fare", "To do")), sheets.ODS, "ods")


def _file(content: bytes, media_type: str, extension: str) -> Response:
    audit.note("worklist_exported", detail=extension)
    answer = Response(content, content_type=media_type)
    name = f"{say('da-fare', 'to-do')}-{_today().isoformat()}.{extension}"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _table() -> list[list[sheets.Cell]]:
    """Return every practice that the address asks for, as rows of a sheet."""
    wish = read_wish(request.args)
    table: list[list[sheets.Cell]] = [_headings()]
    with wiring().open_uow(hosted().code, lasting=False) as uow:
        while len(table) <= EXPORTED:
            search = _search(wish, _CHUNK)
            items = uow.worklist.page(search)
            table += [_line(item) for item in items]
            if len(items) < _CHUNK:
                break
            wish = replace(wish, after=items[-1].place(search.order))
    return table


def _headings() -> list[sheets.Cell]:
    return [
        say("Pratica", "Practice"),
        say("Lato", "Side"),
        say("Ateneo", "University"),
        say("Cognome", "Surname"),
        say("Nome", "Given name"),
        say("Stato", "State"),
        say("Che cosa aspetta", "What it waits for"),
        say("Corso", "Course"),
        say("Denominazione", "Name of the course"),
        say("Anno accademico", "Academic year"),
        say("Facoltà", "Faculty"),
        say("Sezioni 3-4 entro", "Sections 3-4 due"),
        say("Aperta il", "Begun on"),
        say("Ultimo movimento", "Last moved"),
    ]


def _line(item: WorkItem) -> list[sheets.Cell]:
    return [
        item.id_pratica,
        told(texts.SIDES[item.side]),
        item.partner,
        item.surname,
        item.name,
        texts.state(item.state, language()),
        told(texts.QUEUES[item.queue]) if item.queue else "",
        item.course_code,
        item.course_name,
        item.academic_year,
        item.faculty,
        item.career_due,
        _in_italy(item.created_at),
        _in_italy(item.updated_at),
    ]


def _in_italy(moment: datetime) -> datetime:
    return moment.astimezone(ITALY)
