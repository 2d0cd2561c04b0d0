"""The log of what people did and looked at, for auditors: filters, pages, a file."""

import csv
import io

from flask import Blueprint, Response, render_template, request

from gateway.domain.accounts import Role
from gateway.domain.audit import AuditEntry, AuditQuery
from gateway.texts.fields import word
from gateway.texts.roles import ACTIONS
from gateway.web import audit
from gateway.web.access import allow, hosted, wiring
from gateway.web.asked import asked_day, asked_number
from gateway.web.language import language, moment, say, told

pages = Blueprint("audit", __name__, url_prefix="/ateneo/<university>/amministrazione/registro")

READERS = (Role.ADMINISTRATOR, Role.AUDITOR)
PAGE = 50
MOST = 50_000
"""Lines of a file: a narrower filter gives the others."""
_STARTS_FORMULA = ("=", "+", "-", "@", "\t", "\r")


@pages.get("")
@allow(*READERS, whole=READERS)
def listing(university: str) -> str:
    """Show the log, newest first."""
    log, query = wiring().account_desk.audit, _query()
    before = asked_number("prima")
    found = log.page(hosted().code, query, before=before, limit=PAGE + 1)
    audit.note("audit_viewed", detail=query.practice)
    return render_template(
        "audit.html",
        entries=found[:PAGE],
        following=found[PAGE - 1].number if len(found) > PAGE else 0,
        query=query,
        given={name: value for name, value in request.args.items() if value and name != "prima"},
        actions=log.actions(hosted().code),
        action_name=action_name,
        subject_name=_Subjects(),
    )


@pages.get("/registro.csv")
@allow(*READERS, whole=READERS)
def export(university: str) -> Response:
    """Give the log as a file."""
    query, names, written = _query(), _Subjects(), io.StringIO()
    table = csv.writer(written, delimiter=";", lineterminator="\r\n")
    heads = say(
        "quando;chi;azione;pratica;oggetto;dettaglio", "when;who;action;practice;subject;detail"
    )
    table.writerow(heads.split(";"))
    for entry in wiring().account_desk.audit.page(hosted().code, query, before=0, limit=MOST):
        fields = (
            entry.username,
            entry.action,
            entry.practice,
            names(entry.subject),
            entry.detail,
        )
        table.writerow([moment(entry.at), *map(_plain, fields)])
    audit.note("audit_exported", detail=query.practice)
    answer = Response("\ufeff" + written.getvalue(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="registro.csv"'
    return answer


def action_name(entry: AuditEntry | str) -> str:
    """Return what an action is called on the page."""
    action = entry if isinstance(entry, str) else entry.action
    if action in ACTIONS:
        return told(ACTIONS[action])
    event = action.removesuffix(audit.PROPOSED)
    said = word(event, language())
    return said if event == action else say("{what}, proposta", "{what}, proposed", what=said)


def _query() -> AuditQuery:
    return AuditQuery(
        username=request.args.get("chi", "")[:80],
        action=request.args.get("azione", "")[:60],
        practice=request.args.get("pratica", "")[:64],
        first_day=asked_day("dal"),
        last_day=asked_day("al"),
    )


def _plain(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


class _Subjects:
    """Names what entries are about; an account by its user name, asked for once."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def __call__(self, subject: str) -> str:
        """Return what a subject is called."""
        if subject not in self._known:
            self._known[subject] = self._name(subject)
        return self._known[subject]

    def _name(self, subject: str) -> str:
        kind, _, number = subject.partition(":")
        if kind != "account" or not number.isdigit():
            return subject
        account = wiring().accounts.get(int(number))
        return account.username if account is not None else subject
