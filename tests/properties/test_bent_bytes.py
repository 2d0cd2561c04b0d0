"""Readers of bytes from outside refuse in the words they know, whatever they are given."""

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.foglio.pdf import NOT_PDF, problem_of
from tests.fuzz.campaign import CORPUS
from tests.fuzz.mutations import Mutator, spoil
from tests.fuzz.readers import READERS

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T12")]
BOUNDED = settings(
    max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@pytest.mark.parametrize("name", READERS)
def test_what_is_sound_is_read(name: str) -> None:
    reader = READERS[name]
    if name != "foglio-json":  # whose example is an empty foglio
        assert all(reader.try_one(content) for content in reader.sound)


@pytest.mark.parametrize("name", READERS)
@BOUNDED
@given(random=st.randoms(use_true_random=False))
def test_what_is_bent_is_read_or_refused(name: str, random: Random) -> None:
    reader = READERS[name]
    content = random.choice(reader.sound)
    if reader.is_xml:
        content = Mutator(random, reader.sound).bend(content)
    else:
        content = spoil(content, random)
    reader.try_one(content)


@pytest.mark.parametrize("name", READERS)
@BOUNDED
@given(content=st.binary(max_size=200))
def test_what_is_nothing_is_refused(name: str, content: bytes) -> None:
    READERS[name].try_one(content)


def test_a_document_whose_tables_lie_beyond_all_memory_is_no_pdf() -> None:
    content = (CORPUS / "pdf.offset-too-large.bin").read_bytes()
    assert problem_of(content) == NOT_PDF
