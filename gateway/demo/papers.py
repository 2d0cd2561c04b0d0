"""What the people of the demonstration put on paper: the request, and the commission's delibera."""

from datetime import date, timedelta

from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request
from gateway.domain.calendar import transfer_year

ORIGIN, DESTINATION = "91", "92"
OTHER_COURSE = "0920207302400002"


def the_request() -> Request:
    """Return what Fiorella asks, today."""
    today = date.today()  # noqa: DTZ011
    return Request(
        year=transfer_year(today),
        submitted_on=today,
        available_until=today + timedelta(days=120),
        student=FIORELLA,
        degree=True,
        attachments=(("DOC1", "Programmi degli esami"), ("DOC2", "Piano di studi")),
    )


def delibera_for(career: list[dict[str, str]]) -> dict[str, object]:
    """Return a decision: one exam to one, two into one, one in part, one refused."""
    passed = [row for row in career if row["outcome"] in ("SUPERATO", "CONVALIDATO")]
    one, two, three, part, refused = passed[:5]
    both = float(two["cfu"]) + float(three["cfu"])
    return {
        "body": "Consiglio di corso di studi",
        "decided_on": date.today().isoformat(),  # noqa: DTZ011
        "number": "7",
        "year_of_course": 2,
        "conversions": [
            {
                "sources": [[one["reference"], one["cfu"]]],
                "target_name": "Analisi matematica I",
                "cfu": one["cfu"],
                "sector": "MAT/05",
                "grade": 26,
            },
            {
                "sources": [[two["reference"], two["cfu"]], [three["reference"], three["cfu"]]],
                "target_name": "Matematica e fisica di base",
                "cfu": str(both),
            },
            {
                "sources": [[part["reference"], "6"]],
                "target_name": "Informatica (parziale)",
                "cfu": "6",
            },
            {
                "sources": [[refused["reference"], refused["cfu"]]],
                "target_name": "Chimica",
                "cfu": "0",
                "refused_for": "Non prevista dal piano di studi",
            },
        ],
    }
