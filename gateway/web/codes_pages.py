"""Code tables: what values there are, what they mean, where they come from. To be read only."""

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request

from gateway.domain.rejections import Cause
from gateway.texts import Text
from gateway.texts.causes import TEXTS
from gateway.texts.code_lists import code_lists
from gateway.texts.codes import meaning
from gateway.web.access import allow
from gateway.web.administration import KEEPERS, administered
from gateway.web.language import language, say, told

pages = Blueprint("codes", __name__, url_prefix="/ateneo/<university>/amministrazione/codici")

_CAUSES = "causali"
_ABOUT_CAUSES = Text(
    "Codici di esito e causali di rifiuto; 0 e 1 delle linee guida (A.3), gli altri del profilo",
    "Outcome codes and reasons of refusal; 0 and 1 of the guidelines (A.3), the others profile",
)
_ABOUT_LISTS = Text("schema del foglio, versione 1.0", "schema of the foglio, version 1.0")


@dataclass(frozen=True, slots=True)
class Row:
    """A value with its meaning."""

    value: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Table:
    """A list of values; ``source`` says where they come from, and of when."""

    name: str
    source: str
    rows: tuple[Row, ...]


def tables() -> list[Table]:
    """Return every table, that of outcomes first."""
    codes = administered().codes
    causes = tuple(
        Row(str(codes[cause]), f"{told(TEXTS[cause].sentence)} · {told(TEXTS[cause].remedy)}")
        for cause in sorted(Cause, key=lambda cause: codes[cause])
    )
    lists = [
        Table(
            known.name.removesuffix("Type"),
            f"{told(known.about)} ({told(_ABOUT_LISTS)})",
            tuple(
                Row(code.value, meaning(known.name, code.value, language()) or told(code.meaning))
                for code in known.codes
            ),
        )
        for known in code_lists()
    ]
    return [Table(_CAUSES, told(_ABOUT_CAUSES), causes), *lists]


@pages.get("")
@allow(*KEEPERS)
def listing(university: str) -> str:
    """List the tables; what is looked for is found in all of them."""
    wanted = " ".join(request.args.get("cerca", "").split())[:80]
    found = [
        (table, row)
        for table in tables()
        for row in table.rows
        if wanted and wanted.lower() in f"{row.value} {row.meaning}".lower()
    ]
    return render_template("codes.html", tables=tables(), wanted=wanted, found=found[:200])


@pages.get("/<name>")
@allow(*KEEPERS)
def show(university: str, name: str) -> str:
    """Show one table."""
    found = next((table for table in tables() if table.name == name), None)
    if found is None:
        abort(404)
    title = say("Tabella {name}", "Table {name}", name=name)
    return render_template("code_table.html", table=found, title=title)
