"""A hosts the lookups and passes them on to B, under its own credentials; B may be down (A5)."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from gateway.bootstrap import Installation
from gateway.client.message_security import MessageSecurity
from gateway.client.titles import SoapRegistry
from gateway.client.transport import basic
from gateway.contracts import Lookup
from gateway.domain.deliveries import OutcomeUnknown
from gateway.domain.lookups import QuerySearch, Reply, ask_diploma, ask_titles
from gateway.domain.registry import TitleRegistry
from gateway.domain.titles import LookupOutcome
from gateway.soap.titles_endpoint import SOURCE_HEADER
from gateway.usecases.forwarding import OFFICE, RegistryUpstream
from gateway.usecases.title_ports import CouldNotAsk, DiplomaQuestion, DiplomaReply
from tests.support import titles as asked
from tests.support.clock import START
from tests.support.databases import SqliteMaker
from tests.support.network import WsgiNetwork
from tests.support.titles import (
    STUDENT,
    allow,
    degree,
    diploma,
    keep,
    keep_credentials,
    open_archive,
)
from tests.support.universities import MONTELAGO, ORIGIN, SECRET

pytestmark = [pytest.mark.journey, pytest.mark.requirement("A5")]


class Chain:
    """A partner (91) asks A, which hosts 92 and passes questions on to B, which hosts 92 too."""

    def __init__(self, folder: Path, maker: SqliteMaker) -> None:
        self.wire = WsgiNetwork()
        self.here, self.there = (open_archive(folder / name, maker) for name in ("a", "b"))
        for installation in (self.here, self.there):
            installation.transport = self.wire  # type: ignore[misc]
        self.applications = {"a": self.here.wsgi(), "b": self.there.wsgi()}
        self.wire.hosts.update(self.applications)
        self.know(self.here, "b")

    def know(self, installation: Installation, host: str, **changes: Any) -> None:
        """Let an installation pass questions on to a host."""
        record = replace(registry_at(host), forward=True, **changes)
        with installation.store.open_uow(MONTELAGO) as uow:
            uow.registry.save(record)
            uow.commit()
        installation.store.forget()

    def ask(self, question: Any) -> Reply:
        """Ask A as its partner."""
        return SoapRegistry(self.wire, MessageSecurity(lambda: START)).ask(
            registry_at("a"), question, "0", START
        )

    def spoke(self) -> str:
        """Return who spoke in the last answer of A, by its header."""
        answer = Client(self.applications["a"]).post(
            f"/soap/ans/{Lookup.TITLES}",
            data=asked.ask_titles(),
            headers={"Authorization": basic(f"ateneo-{ORIGIN.code}", SECRET)},
            content_type="text/xml; charset=utf-8",
        )
        return f"{answer.status_code} {answer.headers.get(SOURCE_HEADER, '')}".strip()

    def log(self) -> list[Any]:
        """Return the queries of A's log."""
        with self.here.store.open_uow(MONTELAGO) as uow:
            return list(uow.registry.queries(QuerySearch()))

    def close(self) -> None:
        self.here.close()
        self.there.close()


def registry_at(host: str) -> TitleRegistry:
    """Return the lookups of a host, as the partner 91 of its university calls them."""
    return TitleRegistry(
        titles_url=f"http://{host}/soap/ans/titoli",
        diplomas_url=f"http://{host}/soap/ans/diplomi",
        username=f"ateneo-{ORIGIN.code}",
        password=SECRET,
        found_for=START - START,
        not_found_for=START - START,
    )


@pytest.fixture
def chain(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[Chain]:
    made = Chain(tmp_path, sqlite)
    yield made
    made.close()


def test_a_question_is_passed_on_under_our_own_credentials_and_logged(chain: Chain) -> None:
    keep(chain.there, degree(grade="100"), diploma())
    assert chain.ask(ask_titles(STUDENT)).titles == (degree(grade="100"),)
    assert chain.ask(ask_diploma(STUDENT, 2021)) == Reply((diploma(),), "0")
    assert chain.ask(ask_diploma(STUDENT, 2020)) == Reply((), "1")
    assert {(item.purpose.kind.value, item.purpose.reference) for item in chain.log()} == {
        ("forwarded", "91")
    }
    assert {item.asker.office for item in chain.log()} == {OFFICE}
    assert chain.spoke() == "200 registro"


def test_while_the_other_is_down_we_answer_for_ourselves_and_say_so(chain: Chain) -> None:
    keep(chain.here, degree())
    keep(chain.there, degree(grade="100"))
    del chain.wire.hosts["b"]
    assert chain.ask(ask_titles(STUDENT)).titles == (degree(),)
    assert chain.spoke() == "200 locale"
    assert chain.ask(ask_diploma(STUDENT, 2021)).code == LookupOutcome.NO_CONNECTION


def test_while_the_other_is_down_what_we_do_not_keep_is_not_told_as_missing(chain: Chain) -> None:
    del chain.wire.hosts["b"]
    with pytest.raises(OutcomeUnknown, match="503"):
        chain.ask(ask_titles(STUDENT))


def test_without_leave_to_forward_our_own_store_speaks(chain: Chain) -> None:
    keep(chain.here, degree())
    keep(chain.there, degree(grade="100"))
    chain.know(chain.here, "b", diplomas_url="")
    keep(chain.here, diploma())
    assert chain.ask(ask_diploma(STUDENT, 2021)) == Reply((diploma(),), "0")
    with chain.here.store.open_uow(MONTELAGO) as uow:
        uow.registry.save(replace(registry_at("b"), forward=False))
        uow.commit()
    chain.here.store.forget()
    assert chain.ask(ask_titles(STUDENT)).titles == (degree(),)
    assert chain.spoke() == "200 locale"


def test_two_that_pass_on_to_each_other_never_ask_in_a_circle(chain: Chain) -> None:
    chain.know(chain.there, "a")
    keep(chain.there, degree(grade="100"))
    allow(chain.there, MONTELAGO, "91")
    assert chain.ask(ask_titles(STUDENT)).titles == (degree(grade="100"),)
    assert len(chain.wire.log) == 2


def test_what_the_registry_refuses_to_answer_is_handed_back_with_its_code(chain: Chain) -> None:
    upstream = RegistryUpstream(MONTELAGO, ORIGIN.code, chain.here.registry_desk())
    question = DiplomaQuestion(
        codice_fiscale=STUDENT, year=2021, user_id="fiorella", password="sbagliata"
    )
    with pytest.raises(CouldNotAsk, match="registry_failed"):  # 97: nobody to check them
        upstream.ask_diploma(question)
    keep_credentials(chain.there)
    keep(chain.there, diploma(), diploma(school="77"))
    assert upstream.ask_diploma(question) == DiplomaReply(LookupOutcome.CREDENTIALS_WRONG)
    plain = replace(question, user_id="", password="")
    several = upstream.ask_diploma(plain)
    assert (several.outcome, len(several.diplomas)) == (LookupOutcome.MANY, 2)
