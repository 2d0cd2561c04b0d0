"""How the transfers fare: pictures beside their tables, over whole months."""

import csv
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

from flask import Blueprint, Response, abort, render_template, request

from gateway.domain.calendar import italian_day
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import MiurCode
from gateway.domain.rejections import Rejection
from gateway.texts import practices
from gateway.texts.causes import TEXTS
from gateway.usecases.figures import months_between, year_until
from gateway.usecases.figures_ports import Flow, Months
from gateway.web.access import READERS, allow, hosted, wiring
from gateway.web.asked import day_in
from gateway.web.forms import refusals
from gateway.web.language import language, number, say, told
from gateway.web.pictures import Picture, draw

pages = Blueprint("figures", __name__, url_prefix="/ateneo/<university>/andamento")

_LATEST = "%Y-%m"
_NAMES = 8
"""Partners with a colour of their own in a picture; the others are one."""
_BLANK = re.compile(r"\([a-z_]+\)")
"""What a sentence shows where nobody filled a blank: a figure is about many refusals."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Figure:
    """One picture with its table."""

    name: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    picture: Picture


@pages.get("")
@allow(*READERS)
def show(university: str) -> str:
    """Show the pictures and tables of a period."""
    errors: list[str] = []
    try:
        months = _period()
    except Rejection as rejection:
        errors, months = refusals(rejection), _this_year()
    return render_template(
        "figures.html",
        figures=[make(months) for make in FIGURES.values()],
        errors=errors,
        first=months.firsts[0].strftime(_LATEST),
        last=months.firsts[-1].strftime(_LATEST),
    )


@pages.get("/<name>.svg")
@allow(*READERS)
def picture(university: str, name: str) -> Response:
    """Give a picture."""
    return Response(draw(_one(name).picture), mimetype="image/svg+xml")


@pages.get("/<name>.csv")
@allow(*READERS)
def table(university: str, name: str) -> Response:
    """Give a table as a file."""
    figure = _one(name)
    out = StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(figure.header)
    writer.writerows([[_plain(cell) for cell in row] for row in figure.rows])
    answer = Response("\ufeff" + out.getvalue(), mimetype="text/csv")
    answer.headers.set("Content-Disposition", "attachment", filename=f"{name}.csv")
    return answer


def _plain(cell: str) -> str:
    """Return a cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _one(name: str) -> Figure:
    make = FIGURES.get(name)
    if make is None:
        abort(404)
    try:
        return make(_period())
    except Rejection:
        abort(400)


def _this_year() -> Months:
    return year_until(italian_day(wiring().clock()))


def _period() -> Months:
    """Return the months that the address names, else the last twelve."""
    default = _this_year()
    first, last = request.args.get("dal", ""), request.args.get("al", "")
    return months_between(_month(first, default.firsts[0]), _month(last, default.firsts[-1]))


def _month(text: str, otherwise: date) -> date:
    return day_in(f"{text}-01") or otherwise


def _partners() -> Mapping[MiurCode, str]:
    with wiring().open_uow(hosted().code) as uow:
        return {partner.code: partner.name for partner in uow.partners.all()}


def _flows(side: Side, months: Months) -> Figure:
    """Return how many practices began, by month and partner."""
    found = [flow for flow in wiring().figures.flows(hosted().code, months) if flow.side is side]
    names = _partners()
    out = side is Side.ORIGIN
    title = (
        say("Domande presentate, per destinazione", "Requests submitted, by destination")
        if out
        else say("Domande ricevute, per provenienza", "Requests received, by origin")
    )
    labels = [month.strftime("%m/%Y") for month in months.firsts]
    return Figure(
        name="uscite" if out else "ingressi",
        title=title,
        header=[say("mese", "month"), say("ateneo", "university"), say("domande", "requests")],
        rows=[
            [flow.month.strftime("%m/%Y"), names.get(flow.partner, flow.partner), str(flow.number)]
            for flow in found
        ],
        picture=Picture(
            kind="months", title=title, labels=labels, series=_series(found, names, months)
        ),
    )


def _series(
    flows: Sequence[Flow], names: Mapping[MiurCode, str], months: Months
) -> list[tuple[str, list[float]]]:
    """Return one line of numbers for each partner; the smaller ones share the last."""
    totals: dict[MiurCode, int] = {}
    for flow in flows:
        totals[flow.partner] = totals.get(flow.partner, 0) + flow.number
    large = sorted(totals, key=lambda code: -totals[code])[:_NAMES]
    place = {month: number for number, month in enumerate(months.firsts)}
    series: dict[str, list[float]] = {}
    for flow in flows:
        name = (
            names.get(flow.partner, flow.partner)
            if flow.partner in large
            else say("altri", "others")
        )
        line = series.setdefault(name, [0.0] * len(months.firsts))
        line[place[flow.month]] += flow.number
    return sorted(series.items(), key=lambda item: -sum(item[1]))


def _waits(months: Months) -> Figure:
    """Return how long practices stayed in each state."""
    found = wiring().figures.waits(hosted().code, months)
    sides = {
        Side.ORIGIN: say("in uscita", "leaving"),
        Side.DESTINATION: say("in ingresso", "arriving"),
    }
    title = say("Tempi di attesa per stato, in giorni", "Waiting times by state, in days")
    half, most = say("mediana", "median"), say("9 su 10 entro", "9 in 10 within")
    return Figure(
        name="attese",
        title=title,
        header=[
            say("verso", "direction"),
            say("stato", "state"),
            say("pratiche", "practices"),
            half,
            most,
        ],
        rows=[
            [
                sides[wait.side],
                practices.state(wait.state, language()),
                str(wait.number),
                number(_days(wait.median)),
                number(_days(wait.most)),
            ]
            for wait in found
        ],
        picture=Picture(
            kind="lines",
            title=title,
            labels=[f"{_short(wait.state)} ({sides[wait.side]})" for wait in found],
            series=[
                (half, [_days(wait.median) for wait in found]),
                (most, [_days(wait.most) for wait in found]),
            ],
        ),
    )


def _short(state: str) -> str:
    """Return what a state is called where there is little room: one word of the two in English."""
    return practices.state(state, language()).partition(" (")[0]


def _days(wait: timedelta) -> float:
    return round(wait / timedelta(days=1), 1)


def _refused(months: Months) -> Figure:
    """Return the messages refused, by code."""
    found = wiring().figures.refusals(hosted().code, months)
    sides = {
        "in": say("rifiutati da noi", "refused by us"),
        "out": say("rifiutati dai partner", "refused by partners"),
    }
    title = say("Messaggi rifiutati, per causa", "Messages refused, by cause")
    return Figure(
        name="rifiuti",
        title=title,
        header=[
            say("chi", "who"),
            say("codice", "code"),
            say("causa", "cause"),
            say("messaggi", "messages"),
        ],
        rows=[
            [sides[one.direction], str(one.code), _cause(one.code), str(one.number)]
            for one in found
        ],
        picture=Picture(
            kind="lines",
            title=title,
            labels=[f"{one.code} – {sides[one.direction]}" for one in found],
            series=[(say("messaggi", "messages"), [float(one.number) for one in found])],
        ),
    )


def _cause(code: int) -> str:
    """Return what a code means here; partners may mean something else by one of their own."""
    cause = wiring().causes.get(code)
    if cause is None:
        return say("altro", "other")
    return _BLANK.sub("…", told(TEXTS[cause].sentence))


FIGURES: Mapping[str, Callable[[Months], Figure]] = {
    "uscite": lambda months: _flows(Side.ORIGIN, months),
    "ingressi": lambda months: _flows(Side.DESTINATION, months),
    "attese": _waits,
    "rifiuti": _refused,
}
"""The pictures of the page, in order."""
