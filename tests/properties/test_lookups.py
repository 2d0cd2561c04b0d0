"""Whatever a partner asks, nothing is changed but the journal, and every answer is a proper one."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.bootstrap import Installation
from gateway.contracts import Lookup, compiled, legal, lookup_name
from gateway.domain.titles import LookupOutcome
from tests.support.contract_messages import body_of
from tests.support.databases import SqliteMaker
from tests.support.hostile import Sending, Site, tell_nothing
from tests.support.storage import rows_of
from tests.support.titles import PASSWORD, PATHS, STUDENT, archive, ask_diploma, ask_titles, codes
from tests.support.universities import MONTELAGO

pytestmark = pytest.mark.contract

LIKELY = st.sampled_from(
    [
        "",
        " ",
        STUDENT,
        STUDENT.lower(),
        STUDENT[:-1],
        "2021",
        "2026",
        "0",
        "21",
        "fiorella",
        PASSWORD,
    ]
)
TEXT = st.one_of(LIKELY, st.text(max_size=120)).map(lambda text: escape(legal(text)))
MAYBE = st.one_of(st.none(), TEXT)
OPTIONS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, sqlite: SqliteMaker) -> Iterator[Installation]:
    with archive(tmp_path_factory.mktemp("lookups"), sqlite) as made:
        yield made


def ask(installation: Installation, lookup: Lookup, content: bytes) -> tuple[int, bytes]:
    """Ask, and see that only the journal has grown, by one row; return status and content."""
    site = Site(installation, MONTELAGO)
    before = rows_of(installation.store)
    answer = Sending(path=PATHS[lookup]).to(installation.wsgi(), content)
    after = rows_of(installation.store)
    assert len(after.pop("messages")) == len(before.pop("messages")) + 1
    assert after == before
    assert site.latest()[2] == answer.content
    tell_nothing(answer)
    if answer.status == 200:
        assert compiled(f"ans/{lookup_name(lookup)}_types.xsd").validate(body_of(answer.content))
    return answer.status, answer.content


@OPTIONS
@given(student=TEXT, year=TEXT, user=MAYBE, password=MAYBE)
def test_any_values_get_an_outcome_and_change_nothing(
    opened: Installation, student: str, year: str, user: str | None, password: str | None
) -> None:
    status, content = ask(opened, Lookup.DIPLOMA, ask_diploma(student, year, user, password))
    assert status == 200
    assert set(codes(content)) <= {outcome.value for outcome in LookupOutcome}


@OPTIONS
@given(student=TEXT)
def test_any_student_gets_an_answer_or_a_fault_and_changes_nothing(
    opened: Installation, student: str
) -> None:
    status, _ = ask(opened, Lookup.TITLES, ask_titles(student))
    assert status == (200 if student == STUDENT else 500)


@OPTIONS
@given(lookup=st.sampled_from(list(Lookup)), data=st.data())
def test_any_mutilated_message_gets_an_answer_or_a_fault_and_changes_nothing(
    opened: Installation, lookup: Lookup, data: st.DataObject
) -> None:
    sound = ask_titles() if lookup is Lookup.TITLES else ask_diploma(user="f", password="p")
    start = data.draw(st.integers(0, len(sound) - 1))
    end = data.draw(st.integers(start, min(len(sound), start + 40)))
    put = data.draw(st.one_of(st.binary(max_size=20), st.just(sound[start:end] * 2)))
    status, _ = ask(opened, lookup, sound[:start] + put + sound[end:])
    assert status in (200, 400, 500)
