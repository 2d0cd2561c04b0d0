"""Foreign clients, made from the contracts that we publish, call our services over HTTP."""

import pytest

from tests.support.interop_matrix import KNOWN
from tests.support.interop_programs import Answer, Call, Program, many
from tests.support.interop_world import Site
from tests.support.titles import OTHER, PASSWORD, STUDENT

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.requirement("T10")]

TERMS = Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "91"})


def ask(
    program: Program, place: Site, *calls: Call, service: str = "destinazione", **options: str
) -> list[Answer]:
    """Call our services as 91."""
    options = {"user": "ateneo-91", **options}
    return program.call(service, place.contracts[service], calls, **options)


def test_a_refusal_is_read_as_one(program: Program, place: Site) -> None:
    given = {"MiurAteneoChiamante": "91", "IdPratica": "NESSUNO/2026/1"}
    (answer,) = ask(program, place, Call("Get_StatusProcessoTrasferimento", given))
    assert (answer.code, answer.description) == (1, "PRATICA NON TROVATA")
    assert answer.result.get("Passi") is None


def test_a_wrong_password_is_told_from_a_refusal(program: Program, place: Site) -> None:
    (answer,) = ask(program, place, TERMS, password="sbagliata")
    assert answer.data["status"] == 401
    if KNOWN[program.stack.name].reads_401:
        assert answer.fault == ("Client.Authentication", "Credenziali mancanti o non valide")
    else:
        assert "error" in answer.data


def test_a_call_in_the_name_of_somebody_else_is_a_fault(program: Program, place: Site) -> None:
    call = Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "93"})
    (answer,) = ask(program, place, call)
    assert answer.fault == (
        "Client.Authorization",
        "MiurAteneoChiamante non corrisponde alle credenziali",
    )


def test_a_parameter_left_out_is_noticed_and_the_connection_lives_on(
    program: Program, place: Site
) -> None:
    lacking = Call("Get_StatusProcessoTrasferimento", {"MiurAteneoChiamante": "91"})
    answer, next_one = ask(program, place, lacking, TERMS)
    if "fault" in answer.data:
        code, text = answer.fault
        assert code == "Client.Structure"
        assert text.startswith("Il messaggio non segue il contratto")
    elif KNOWN[program.stack.name].sends_holes:  # an empty element in its place
        assert (answer.code, "IdPratica" in answer.description) == (6, True)
    else:
        assert "IdPratica" in answer.data["error"]
    assert next_one.code == 0


@pytest.mark.requirement("A1")
def test_awarded_titles_are_looked_up(program: Program, place: Site) -> None:
    operation = "ricercaDatiTitoliUniversitari"
    known, unknown = ask(
        program,
        place,
        Call(operation, {"codiceFiscale": STUDENT}),
        Call(operation, {"codiceFiscale": OTHER}),
        service="titoli",
    )
    by_kind = {row["tipoTitoloUniversitario"]: row for row in rows(known)}
    assert set(by_kind) == {"LT", "LM"}
    assert by_kind["LT"]["voto"] == "110L"
    assert by_kind["LT"]["dataConseguimento"] == "18072024"
    assert nothing(by_kind["LM"].get("voto"))
    assert all(map(nothing, rows(unknown)))


@pytest.mark.requirement("A2")
def test_a_diploma_is_looked_up(program: Program, place: Site) -> None:
    asked = {"codiceFiscale": STUDENT, "annoScolastico": "2021"}
    credentials = {"userID": "fiorella", "password": PASSWORD}
    absent: dict[str, str | None] = {"userID": None, "password": None}
    operation = "ricercaDatiTitoliDiploma"
    answers = ask(
        program,
        place,
        Call(operation, {**asked, **credentials}),
        Call(operation, {**asked, **absent}),  # type: ignore[dict-item]
        Call(operation, {"codiceFiscale": OTHER, "annoScolastico": "2021", **absent}),  # type: ignore[dict-item]
        service="diplomi",
    )
    found = [rows(answer)[0] for answer in answers]
    for row in found[:2]:
        assert (row["codiceScuola"], row["votoDiploma"]) == ("1234567", "98")
        assert row["annoSolareConseguimento"] == "05072021"
    assert nothing(found[2].get("codiceScuola"))
    assert found[2]["codiceRitorno"] != found[0]["codiceRitorno"]


def rows(answer: Answer) -> list[dict[str, str]]:
    """Return what a lookup found; of one nil row node-soap makes nothing at all."""
    return many((answer.result or {}).get("result"))


def nothing(value: object) -> bool:
    """Tell whether a stack reads nil: as nothing, as an empty text or as its attribute."""
    return not value or (isinstance(value, dict) and set(value) <= {"attributes"})
