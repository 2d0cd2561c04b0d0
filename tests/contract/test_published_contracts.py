"""What ?wsdl and ?xsd= serve is what the files say, with the addresses filled in (T10)."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from lxml import etree
from werkzeug.test import Client, TestResponse

from gateway.contracts import Role, schema_path, wsdl_path
from tests.support.databases import SqliteMaker
from tests.support.transfers import Steps

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]

LOCATION = re.compile(r'\b(schemaLocation|location)=("[^"]*"|\'[^\']*\')')
PROXIED = {
    "X-Forwarded-For": "203.0.113.7",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "congedo.example",
    "X-Forwarded-Prefix": "/servizi",
}
POISON = [
    'ladro.example"/><evil x="',
    "ladro.example<evil/>",
    "ladro.example'&evil;",
    'ladro.example" location="http://altro.example',
]


@pytest.fixture
def make_client(make_steps: Callable[..., Steps], sqlite: SqliteMaker) -> Callable[..., Client]:
    """Makes clients of an installation with the settings given."""
    return lambda **settings: Client(make_steps(sqlite, **settings).world.destination.wsgi())


@pytest.fixture
def client(make_client: Callable[..., Client]) -> Client:
    """A client of an installation without a public address."""
    return make_client()


def path(role: Role, university: str = "92") -> str:
    return f"/soap/{university}/{role}"


def masked(text: str) -> str:
    return LOCATION.sub(r"\1=…", text)


def locations(text: str, name: str) -> list[str]:
    """Return the values of an attribute wherever it stands in a document."""
    return [str(value) for value in etree.fromstring(text.encode()).xpath(f"//@{name}")]


def address(text: str) -> str:
    """Return the one address of the service."""
    (found,) = locations(text, "location")
    return found


def included(role: Role, name: str) -> list[str]:
    """Return the schemas a schema refers to, itself first, each once, as the files say."""
    found = [name]
    for known in found:
        text = schema_path(f"foglio_congedo/{known}").read_text("utf-8")
        found += [item for item in locations(text, "schemaLocation") if item not in found]
    return found


@pytest.mark.parametrize("role", Role)
def test_the_description_is_the_file_but_for_its_addresses(client: Client, role: Role) -> None:
    answer = client.get(path(role) + "?wsdl")
    assert answer.status_code == 200
    assert answer.content_type == "text/xml; charset=utf-8"
    assert masked(answer.text) == masked(wsdl_path(role).read_text("utf-8"))


@pytest.mark.parametrize("role", Role)
def test_a_schema_is_the_file_but_for_its_addresses(client: Client, role: Role) -> None:
    for name in included(role, f"{role}.xsd"):
        answer = client.get(path(role) + f"?xsd={name}")
        assert answer.status_code == 200
        assert answer.content_type == "text/xml; charset=utf-8"
        file = schema_path(f"foglio_congedo/{name}").read_text("utf-8")
        assert masked(answer.text) == masked(file)


@pytest.mark.parametrize("role", Role)
def test_the_address_is_the_one_that_was_asked(client: Client, role: Role) -> None:
    answer = client.get(path(role) + "?wsdl", base_url="http://congedo.example:8081")
    assert address(answer.text) == f"http://congedo.example:8081{path(role)}"


@pytest.mark.parametrize("role", Role)
def test_every_reference_leads_to_the_schema_it_names(client: Client, role: Role) -> None:
    waiting, seen = [path(role) + "?wsdl"], set()
    while waiting:
        asked = waiting.pop()
        answer = client.get(asked)
        assert answer.status_code == 200, asked
        seen.add(asked.partition("?")[2])
        for reference in locations(answer.text, "schemaLocation"):
            assert reference.startswith(f"http://localhost{path(role)}?xsd=")
            asked = reference.removeprefix("http://localhost")
            if asked.partition("?")[2] not in seen:
                waiting.append(asked)
    assert seen == {"wsdl", *(f"xsd={name}" for name in included(role, f"{role}.xsd"))}


@pytest.mark.parametrize("query", ["?WSDL", "?wsdl=", "?wsdl=1", "?wsdl&lang=it"])
def test_other_spellings_of_the_query_are_understood(client: Client, query: str) -> None:
    plain = client.get(path(Role.ORIGIN) + "?wsdl")
    assert client.get(path(Role.ORIGIN) + query).data == plain.data


@pytest.mark.parametrize("query", ["?wsdl", "?xsd=esiti.xsd"])
def test_head_answers_as_get_does_without_the_body(client: Client, query: str) -> None:
    asked = path(Role.DESTINATION) + query
    head, get = client.head(asked), client.get(asked)
    assert (head.status_code, head.data) == (200, b"")
    assert dict(head.headers) == dict(get.headers)
    assert head.content_length == len(get.data)


@pytest.mark.parametrize(
    "name",
    ["altro.xsd", "", "ESITI.xsd", "documento.xsd", "foglio_congedo/esiti.xsd", "esiti.xsd%00"],
)
def test_an_unknown_schema_is_not_found(client: Client, name: str) -> None:
    assert client.get(path(Role.DESTINATION) + f"?xsd={name}").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "../../pyproject.toml",
        "..%2F..%2Fpyproject.toml",
        "%2e%2e/%2e%2e/pyproject.toml",
        "..\\..\\pyproject.toml",
        "/etc/hostname",
        "file:///etc/hostname",
        "../foglio_congedo/esiti.xsd",
    ],
)
def test_no_file_is_reached_through_the_name_of_a_schema(client: Client, name: str) -> None:
    answer = client.get(path(Role.DESTINATION) + f"?xsd={name}")
    assert (answer.status_code, answer.text) == (404, "Schema sconosciuto\n")


def test_the_schemas_of_the_other_role_are_not_served(client: Client) -> None:
    assert client.get(path(Role.DESTINATION) + "?xsd=provenienza.xsd").status_code == 404
    assert client.get(path(Role.ORIGIN) + "?xsd=destinazione.xsd").status_code == 404


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("asked", ["/soap/99/destinazione", "/soap/91/provenienza", "/soap/92/x"])
def test_nobodys_address_has_no_contract(client: Client, method: str, asked: str) -> None:
    assert getattr(client, method)(asked + "?wsdl").status_code == 404


@pytest.mark.parametrize("query", ["", "?", "?singleWsdl", "?disco"])
def test_asking_for_no_contract_is_no_way_to_use_a_service(client: Client, query: str) -> None:
    answer = client.get(path(Role.DESTINATION) + query)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, POST"


@pytest.mark.parametrize("role", Role)
def test_behind_a_proxy_the_addresses_are_the_ones_outside(
    make_client: Callable[..., Client], role: Role
) -> None:
    outside = f"https://congedo.example/servizi{path(role)}"
    answer = make_client(trusted_proxies=1).get(path(role) + "?wsdl", headers=PROXIED)
    assert address(answer.text) == outside
    assert locations(answer.text, "schemaLocation") == [f"{outside}?xsd={role}.xsd"]


def test_behind_a_proxy_a_port_of_its_own_is_kept(make_client: Callable[..., Client]) -> None:
    headers = {**PROXIED, "X-Forwarded-Port": "8443"}
    answer = make_client(trusted_proxies=1).get(path(Role.ORIGIN) + "?wsdl", headers=headers)
    assert address(answer.text) == f"https://congedo.example:8443/servizi{path(Role.ORIGIN)}"


def test_without_a_trusted_proxy_its_headers_are_not_believed(client: Client) -> None:
    answer = client.get(path(Role.ORIGIN) + "?wsdl", headers=PROXIED)
    assert address(answer.text) == f"http://localhost{path(Role.ORIGIN)}"


@pytest.mark.parametrize("public", ["https://congedo.example", "https://congedo.example/"])
def test_a_public_address_stands_before_whatever_the_request_says(
    make_client: Callable[..., Client], public: str
) -> None:
    answer = make_client(public_url=public).get(
        path(Role.ORIGIN) + "?wsdl", headers={"Host": "ladro.example"}
    )
    outside = f"https://congedo.example{path(Role.ORIGIN)}"
    assert address(answer.text) == outside
    assert locations(answer.text, "schemaLocation") == [f"{outside}?xsd=provenienza.xsd"]


def test_a_public_address_below_a_path_is_kept_whole(make_client: Callable[..., Client]) -> None:
    served = make_client(public_url="https://congedo.example/servizi")
    answer = served.get(path(Role.ORIGIN) + "?wsdl")
    assert address(answer.text) == f"https://congedo.example/servizi{path(Role.ORIGIN)}"


def test_the_prefix_of_a_proxy_is_not_written_twice(make_client: Callable[..., Client]) -> None:
    served = make_client(public_url="https://congedo.example/servizi", trusted_proxies=1)
    answer = served.get(path(Role.ORIGIN) + "?wsdl", headers=PROXIED)
    assert address(answer.text) == f"https://congedo.example/servizi{path(Role.ORIGIN)}"


def poisoned(served: Client, where: str, poison: str) -> TestResponse:
    environ: dict[str, Any] = {where: poison}
    return served.get(path(Role.ORIGIN) + "?wsdl", environ_overrides=environ)


@pytest.mark.parametrize("where", ["HTTP_HOST", "SCRIPT_NAME"])
@pytest.mark.parametrize("poison", POISON)
def test_a_poisoned_request_adds_nothing_to_the_description(
    client: Client, where: str, poison: str
) -> None:
    answer = poisoned(client, where, poison)
    assert answer.status_code == 200
    assert masked(answer.text) == masked(wsdl_path(Role.ORIGIN).read_text("utf-8"))
    assert len(locations(answer.text, "location")) == 1


@pytest.mark.parametrize("poison", ["ladro.example", *POISON])
def test_a_poisoned_host_does_not_move_a_public_address(
    make_client: Callable[..., Client], poison: str
) -> None:
    answer = poisoned(make_client(public_url="https://congedo.example"), "HTTP_HOST", poison)
    assert "ladro" not in answer.text
    assert address(answer.text) == f"https://congedo.example{path(Role.ORIGIN)}"


def test_what_follows_the_request_may_not_be_cached(client: Client) -> None:
    for query in ("?wsdl", "?xsd=esiti.xsd"):
        answer = client.get(path(Role.ORIGIN) + query)
        assert answer.headers["Cache-Control"] == "no-store"
