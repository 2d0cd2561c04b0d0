"""Foreign clients, made from the contracts that we publish, call our services over HTTP."""

import pytest

from gateway.demo.people import FIORELLA
from gateway.demo.sample import Request, foglio
from tests.support.interop_programs import Answer, Call, Program
from tests.support.interop_world import Site

pytestmark = [pytest.mark.interop, pytest.mark.slow, pytest.mark.requirement("T10")]

ORIGIN_USER, DESTINATION_USER = "ateneo-91", "ateneo-92"
NOBODYS = "NESSUNO/2026/1"


def at_destination(program: Program, place: Site, *calls: Call, **options: str) -> list[Answer]:
    """Call the destination as 91."""
    options = {"user": ORIGIN_USER, **options}
    return program.call("destinazione", place.contracts["destinazione"], calls, **options)


def test_a_refusal_is_read_as_one(program: Program, place: Site) -> None:
    given = {"MiurAteneoChiamante": "91", "IdPratica": NOBODYS}
    (answer,) = at_destination(program, place, Call("Get_StatusProcessoTrasferimento", given))
    assert (answer.code, answer.description) == (1, "PRATICA NON TROVATA")
    assert answer.result.get("Passi") is None


def test_a_wrong_password_is_told_from_a_refusal(program: Program, place: Site) -> None:
    call = Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "91"})
    (answer,) = at_destination(program, place, call, password="sbagliata")
    assert "result" not in answer.data
    print(answer.data)


def test_a_call_in_the_name_of_somebody_else_is_a_fault(program: Program, place: Site) -> None:
    call = Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "93"})
    (answer,) = at_destination(program, place, call)
    print(answer.data)
    assert answer.fault == (
        "Client.Authorization",
        "MiurAteneoChiamante non corrisponde alle credenziali",
    )


def test_all(program: Program, place: Site) -> None:
    a = "91"
    r = Request(exams=4, attachments=(("DOC1", "programma.pdf"),))
    answers = at_destination(
        program,
        place,
        Call("Get_Offerta", {"MiurAteneoChiamante": "91", "Anno": "2026", "Tipo_Tit_Univ": "ALL"}),
        Call("Get_InfoWorkflowTrasferimento", {"MiurAteneoChiamante": "91"}),
        Call(
            "Put_ProcessoTrasferimento",
            {"MiurAteneoChiamante": "91", "IdPratica": program.stack.name + "/1"},
            foglio(r),
        ),
        Call(
            "Get_StatusProcessoTrasferimento",
            {"MiurAteneoChiamante": "91", "IdPratica": program.stack.name + "/1"},
        ),
        Call(
            "Change_StatusProcessoTrasferimento",
            {
                "MiurAteneoChiamante": "91",
                "IdPratica": program.stack.name + "/1",
                "StatoChange": "ANNULLA",
                "Note": "così è",
            },
        ),
        Call("Get_StatusProcessoTrasferimento", {"MiurAteneoChiamante": "91"}),
        Call(
            "Get_StatusProcessoTrasferimento",
            {"MiurAteneoChiamante": "91", "IdPratica": program.stack.name + "/1"},
        ),
    )
    for x in answers:
        print(x.data)
