"""What the descriptions say is what the services do: operations, elements, actions (T10)."""

import pytest
from lxml import etree

from gateway.client.partner import address_of
from gateway.client.writing import ROLE_OF, soap_action
from gateway.contracts import POLIJ, Role, compiled, schema_path, wsdl_path
from gateway.domain.deliveries import Side
from gateway.domain.identifiers import MiurCode
from gateway.domain.messages import Operation
from gateway.domain.partners import Partner
from gateway.soap.application import HANDLERS, RoleServices
from tests.support.contract_messages import HOSTED_BY, OPERATIONS, envelope, post
from tests.support.transfers import Steps

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]

NAMES = {
    "w": "http://schemas.xmlsoap.org/wsdl/",
    "s": "http://schemas.xmlsoap.org/wsdl/soap/",
    "x": "http://www.w3.org/2001/XMLSchema",
}
PARTNER = Partner(
    code=MiurCode("93"), name="Roccasole", destination_url="destination", origin_url="origin"
)


def described(role: Role, path: str) -> list[str]:
    """Return what an XPath finds in the description of a role."""
    return [str(found) for found in etree.parse(wsdl_path(role)).xpath(path, namespaces=NAMES)]


def declared(role: Role) -> set[str]:
    """Return the global elements that the schemas of a role declare for messages."""
    names: set[str] = set()
    for file in (f"{role}.xsd", "comuni.xsd"):
        tree = etree.parse(schema_path(f"foglio_congedo/{file}"))
        names |= {str(name) for name in tree.xpath("/x:schema/x:element/@name", namespaces=NAMES)}
    return names


@pytest.mark.parametrize("role", Role)
def test_the_guideline_the_description_and_the_handlers_name_the_same_services(
    role: Role,
) -> None:
    guideline = {operation.value for hosted_by, operation in HOSTED_BY if hosted_by is role}
    assert set(described(role, "//w:portType/w:operation/@name")) == guideline
    assert {operation.value for operation in HANDLERS[role]} == guideline


@pytest.mark.parametrize("role", Role)
def test_every_service_is_bound_as_document_literal(role: Role) -> None:
    services = described(role, "//w:portType/w:operation/@name")
    assert described(role, "//w:binding/w:operation/@name") == services
    assert set(described(role, "//s:binding/@style | //s:operation/@style")) == {"document"}
    assert described(role, "//s:body/@use") == ["literal"] * (2 * len(services))


@pytest.mark.parametrize("role", Role)
def test_every_message_is_one_element_that_the_schemas_declare(role: Role) -> None:
    parts = described(role, "//w:message/w:part/@element")
    assert {part.removeprefix("pol:") for part in parts} == declared(role)
    assert len(parts) == len(described(role, "//w:message"))


@pytest.mark.parametrize("role", Role)
def test_every_service_takes_its_name_and_answers_with_its_response(role: Role) -> None:
    for name in described(role, "//w:portType/w:operation/@name"):
        below = f"//w:portType/w:operation[@name='{name}']"
        assert described(role, f"{below}/w:input/@message") == [f"pol:{name}"]
        assert described(role, f"{below}/w:output/@message") == [f"pol:{name}Response"]
        for message in (name, f"{name}Response"):
            element = f"//w:message[@name='{message}']/w:part/@element"
            assert described(role, element) == [f"pol:{message}"]


@pytest.mark.parametrize("role", Role)
def test_the_service_and_its_port_have_the_names_of_the_contract(role: Role) -> None:
    name = f"FoglioCongedo{role.value.capitalize()}"
    assert described(role, "//w:service/@name") == [name]
    assert described(role, "//w:service/w:port/@binding") == [f"pol:{name}Binding"]


@pytest.mark.parametrize("role", Role)
def test_the_client_sends_the_actions_that_are_described(role: Role) -> None:
    for name in described(role, "//w:portType/w:operation/@name"):
        (action,) = described(
            role, f"//w:binding/w:operation[@name='{name}']/s:operation/@soapAction"
        )
        assert soap_action(Operation(name)) == f'"{action}"'


@pytest.mark.parametrize(("role", "operation"), HOSTED_BY)
def test_a_service_finds_its_own_request(role: Role, operation: Operation) -> None:
    found = RoleServices(role).find(f"{{{POLIJ}}}{operation.value}")
    assert found is not None
    assert found[0] is operation


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize(
    "tag", ["Get_Offerta", f"{{{POLIJ}}}Get_OffertaResponse", "{urn:altro}Get_Status", "Altro"]
)
def test_a_service_finds_nothing_else(role: Role, tag: str) -> None:
    assert RoleServices(role).find(tag) is None


@pytest.mark.parametrize(
    ("role", "operation"),
    [(role, item) for role in Role for item in OPERATIONS if (role, item) not in HOSTED_BY],
)
def test_a_service_of_the_other_role_is_no_service(
    steps: Steps, role: Role, operation: Operation
) -> None:
    message = envelope(operation, ("MiurAteneoChiamante", "91"))
    answer = post(steps.world.destination.wsgi(), f"/soap/92/{role}", message, "ateneo-91")
    assert answer.status_code == 500
    assert "Client.UnknownOperation" in answer.text


def test_the_client_knows_every_service_in_a_contract_that_has_it() -> None:
    assert set(ROLE_OF) == set(Operation)
    assert {(role, operation) for operation, role in ROLE_OF.items()} <= set(HOSTED_BY)


@pytest.mark.parametrize(("role", "operation"), HOSTED_BY)
def test_the_client_calls_a_service_at_the_role_that_hosts_it(
    role: Role, operation: Operation
) -> None:
    we_play = Side.ORIGIN if role is Role.DESTINATION else Side.DESTINATION
    hosted_at = "destination" if role is Role.DESTINATION else "origin"
    assert address_of(PARTNER, we_play, operation) == hosted_at


def test_a_change_of_status_is_one_and_the_same_in_both_contracts() -> None:
    for operation in (Operation.CHANGE_STATUS, Operation.GET_STATUS):
        message = etree.Element(f"{{{POLIJ}}}{operation.value}")
        logs = []
        for role in Role:
            schema = compiled(f"foglio_congedo/{role}.xsd")
            schema.validate(message)
            logs.append([entry.message for entry in schema.error_log])
        assert logs[0] == logs[1]
