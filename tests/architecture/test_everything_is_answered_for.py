"""Each refusal, message and service of the domain has its counterpart in every layer."""

import re

import pytest

from gateway.client.writing import ROLE_OF, soap_action
from gateway.contracts import POLIJ, Role, contract
from gateway.domain.deliveries import DeliveryKind
from gateway.domain.messages import CHANGING, Operation
from gateway.domain.rejections import Cause
from gateway.foglio.documents import XmlFoglioDocuments
from gateway.soap.application import HANDLERS
from gateway.soap.outcomes import CODES, LOCAL_FROM
from gateway.texts.causes import TEXTS, Acts
from gateway.usecases.couriers import make_couriers
from tests.architecture.repository import ROOT, modules, texts
from tests.support.answers import read_answer

GOLDEN = ROOT / "tests" / "contract" / "golden"
REQUIREMENTS = [
    *(f"T{number}" for number in range(1, 18)),
    "T20",
    "T21",
    *(f"A{number}" for number in range(1, 6)),
]
"""What this part of the work promises; the screens of T18 and T19 come later."""

_PROVED = re.compile(r"\brequirement\(\s*\"([A-Z]\d+)\"\s*\)")
_OPERATION = re.compile(r"<(?:\w+:)?operation name=\"(\w+)\"")


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_code_two_texts_a_remedy_and_one_who_must_act(cause: Cause) -> None:
    assert CODES[cause] > 0
    known = TEXTS[cause]
    for text in (known.sentence, known.remedy):
        assert text.it.strip()
        assert text.en.strip()
        assert text.it != text.en
    assert known.acts in Acts


def test_the_code_table_and_the_texts_know_no_other_causes() -> None:
    assert set(CODES) == set(TEXTS) == set(Cause)


def test_no_two_causes_share_a_code() -> None:
    assert len(set(CODES.values())) == len(CODES)


def test_codes_that_stay_at_home_are_those_of_causes_no_service_gives() -> None:
    wire = {cause for cause, code in CODES.items() if code < LOCAL_FROM}
    assert Cause.PRACTICE_NOT_FOUND in wire
    assert not {Cause.CHECK_BLOCKS, Cause.PARTNER_UNKNOWN, Cause.DELIVERY_NOT_FOUND} & wire


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_is_given_by_some_part_of_the_product(cause: Cause) -> None:
    users = [
        name
        for name, text in texts().items()
        if name.startswith(("gateway/", "storage/"))
        and name
        not in {
            "gateway/domain/rejections.py",
            "gateway/soap/outcomes.py",
            "gateway/texts/causes.py",
        }
        and f"Cause.{cause.name}" in text
    ]
    assert users


def test_every_kind_of_delivery_has_a_courier_and_every_courier_a_kind() -> None:
    couriers = make_couriers(XmlFoglioDocuments())
    assert set(couriers) == set(DeliveryKind)


def test_every_operation_that_changes_something_travels_by_a_delivery() -> None:
    carried = {courier.operation for courier in make_couriers(XmlFoglioDocuments()).values()}
    assert carried >= CHANGING


def described(role: Role) -> set[Operation]:
    """Return the operations that the contract of a role names."""
    return {Operation(name) for name in _OPERATION.findall(contract(role).wsdl)}


def test_the_contracts_name_all_the_operations_of_the_guideline() -> None:
    assert described(Role.DESTINATION) | described(Role.ORIGIN) == set(Operation)


@pytest.mark.parametrize("role", Role)
def test_every_operation_of_a_contract_has_a_service_and_every_service_an_operation(
    role: Role,
) -> None:
    assert set(HANDLERS[role]) == described(role)


@pytest.mark.parametrize("operation", Operation)
def test_every_operation_has_a_client(operation: Operation) -> None:
    assert operation in described(ROLE_OF[operation])
    assert soap_action(operation) == f'"{POLIJ}{operation}"'
    answer = (GOLDEN / f"{operation}.answer.xml").read_bytes()
    assert read_answer(operation, answer).content == answer


@pytest.mark.parametrize("operation", Operation)
def test_every_operation_has_golden_files(operation: Operation) -> None:
    for kind in ("request", "answer"):
        assert f"{operation}" in (GOLDEN / f"{operation}.{kind}.xml").read_text("utf-8")


@pytest.mark.parametrize("requirement", REQUIREMENTS)
def test_every_requirement_has_a_test(requirement: str) -> None:
    proved = {
        found
        for name, text in texts().items()
        if name.startswith("tests/") and name.endswith(".py")
        for found in _PROVED.findall(text)
    }
    assert requirement in proved


def test_markers_name_requirements_that_exist() -> None:
    marked = {
        found
        for name, text in texts().items()
        if name.startswith("tests/") and name.endswith(".py")
        for found in _PROVED.findall(text)
    }
    assert marked <= {*REQUIREMENTS, "T18", "T19"}


def test_every_test_module_of_the_slow_folders_says_what_it_is() -> None:
    kinds = {"integration": "integration", "journeys": "journey", "packaging": "packaging"}
    silent = [
        name
        for name in modules("tests")
        for folder, marker in kinds.items()
        if name.startswith(f"tests/{folder}/test_") and f"mark.{marker}" not in texts()[name]
    ]
    assert silent == []
