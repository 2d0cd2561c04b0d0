"""The table of docs/security-and-privacy.md that says who may open which page."""

from pathlib import Path

from gateway.domain.accounts import Role
from tests.support.routes import Route, application, routes_of

DOCUMENT = Path(__file__).parents[2] / "docs" / "security-and-privacy.md"
_ROLES = {
    Role.OPERATOR: ("operatore", "operator"),
    Role.APPROVER: ("approvatore", "approver"),
    Role.COMMISSION: ("commissione", "commission"),
    Role.STUDENT: ("studente", "student"),
    Role.AUDITOR: ("revisore", "auditor"),
    Role.ADMINISTRATOR: ("amministratore", "administrator"),
    Role.SYSTEM: ("sistema", "system"),
}
_FIRST = {
    "it": ("pagina", "metodi", "chiunque"),
    "en": ("page", "methods", "anybody"),
}
_AGAIN = {"it": "identità confermata da poco", "en": "identity shown lately"}
_YES = {"it": "sì", "en": "yes"}
LANGUAGES = ("it", "en")


def fill(text: str) -> str:
    """Return the document with its tables of pages made anew."""
    with application() as app:
        routes = routes_of(app)
    for language in LANGUAGES:
        begin, end = f"<!-- pages:{language} -->", f"<!-- /pages:{language} -->"
        before, found, rest = text.partition(begin)
        _, ended, after = rest.partition(end)
        assert found, begin
        assert ended, end
        text = f"{before}{begin}\n{table(routes, language)}\n{end}{after}"
    return text


def table(routes: list[Route], language: str) -> str:
    """Return the table of pages: one row for each address and what the same people may do there."""
    which = LANGUAGES.index(language)
    names = [said[which] for said in _ROLES.values()]
    headings = [*_FIRST[language], *names, _AGAIN[language]]
    lines = [f"| {' | '.join(headings)} |", "|" + "---|" * len(headings)]
    rows: dict[tuple[str, tuple[bool, ...]], list[str]] = {}
    for route in routes:
        who = (
            route.lets_in(None),
            *(route.lets_in(role) for role in _ROLES),
            bool(route.access and route.access.recent),
        )
        rows.setdefault((route.rule, who), []).append(route.method)
    for (rule, who), methods in rows.items():
        cells = [_YES[language] if may else "" for may in who]
        lines.append(f"| `{rule}` | {', '.join(methods)} | {' | '.join(cells)} |")
    return "\n".join(lines)
