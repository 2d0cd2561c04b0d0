"""Words and helpers that the templates of practices speak with."""

import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, g, url_for
from flask_login import current_user

from gateway.domain.deliveries import Side
from gateway.domain.rejections import Reason
from gateway.foglio.readable import Item
from gateway.texts import offices
from gateway.texts import practices as texts
from gateway.texts.codes import meaning
from gateway.texts.fields import label, word
from gateway.texts.whys import CHECKS
from gateway.web.acts import ACTS, Act
from gateway.web.dossier import who
from gateway.web.forms import place
from gateway.web.language import language, say, told

_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
_MONEY = re.compile(r"\d+\.\d{2}")


@dataclass(frozen=True, slots=True)
class ExamRow:
    """An exam of a foglio as a row of a table; ``rest`` is what has no column."""

    name: str = field(repr=False)
    code: str
    outcome: str
    day: str
    grade: str
    cfu: str
    sectors: str
    rest: tuple[Item, ...] = field(default=(), repr=False)


_COLUMNS = frozenset(
    {"Denominazione", "CodiceAttivita", "Esito", "Data", "Voto", "Lode", "Idoneita", "CFU"}
)


def exam_row(exam: Item) -> ExamRow:
    """Return an exam of a foglio as a row."""
    held = {leaf.name: leaf.text for leaf in exam.leaves}
    grade = held.get("Voto", "")
    if held.get("Idoneita") == "SI":
        grade = say("idoneità", "pass")
    elif held.get("Lode") == "SI":
        grade += " " + say("e lode", "with honours")
    details = [group for group in exam.groups if group.name == "Dettaglio"]
    rest = [leaf for leaf in exam.leaves if leaf.name not in _COLUMNS]
    for group in exam.groups:
        if group.name != "Dettaglio":
            rest += group.leaves
    return ExamRow(
        name=held.get("Denominazione", ""),
        code=held.get("CodiceAttivita", ""),
        outcome=_outcome(held.get("Esito", "")),
        day=held.get("Data", ""),
        grade=grade,
        cfu=held.get("CFU", ""),
        sectors=", ".join(
            leaf.text for group in details for leaf in group.leaves if leaf.name == "SSD"
        ),
        rest=tuple(rest),
    )


def _outcome(code: str) -> str:
    return meaning("TipoEsitoEsameType", code, language()) or code.lower()


def foglio_value(text: str) -> str:
    """Return a value of a foglio as people write it: days, amounts, yes and no."""
    if match := _DAY.fullmatch(text):
        year, month, day = match.groups()
        return f"{day}/{month}/{year}"
    if _MONEY.fullmatch(text):
        return text.replace(".", ",") if language().value == "it" else text
    if text in ("SI", "NO"):
        return say("sì", "yes") if text == "SI" else "no"
    return text or "–"


def act_address(act: Act, place: dict[str, Any]) -> str:
    """Return where an act is done."""
    if not act.page:
        return url_for("practices.confirm_act", event=act.event.value, **place)
    return url_for(act.page, **place)


def may_approve() -> bool:
    """Tell whether the visitor is an approver here."""
    if not current_user.is_authenticated or g.get("university") is None:
        return False
    return any(
        role.value == "approver" for role in current_user.account.roles_at(g.university.code)
    )


def _word_field(name: str) -> str:
    return {
        "why": say("Motivo", "Reason why"),
        "notes": say("Note", "Notes"),
        "reason": say("Causale", "Reason"),
        "administrative": say("Solo sezioni 1-2", "Sections 1-2 only"),
    }.get(name, name)


def add_words(app: Flask) -> None:
    """Let the templates of an application speak of practices."""
    app.jinja_env.globals.update(
        act_address=act_address,
        act_of=lambda side, event: ACTS[Side(side), event],
        check_texts=CHECKS,
        exam_row=exam_row,
        field_said=lambda name: label(name, language()),
        reason_place=place,
        reason_said=_reason_said,
        reason_word=_reason_word,
        section_texts=texts.SECTIONS,
        state_said=lambda state: texts.state(state, language()),
        word_field=_word_field,
        worded=lambda value: word(value, language()),
        who=who,
    )
    app.jinja_env.filters.update(
        foglio_value=foglio_value,
        tolerance_said=lambda rule: texts.tolerance(rule, language()),
    )

    @app.context_processor
    def visitor_may() -> dict[str, object]:
        return {"may_approve": may_approve()}


def _reason_said(reason: Reason) -> str:
    return offices.sentence(reason, language())


def _reason_word(code: str) -> str:
    known = texts.REASONS.get(code)
    return f"{told(known)} ({code})" if known else code
