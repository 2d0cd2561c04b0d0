"""A foglio as JSON: what is none is refused, whatever it is."""

import pytest

from gateway.domain.rejections import Cause
from gateway.foglio.json_form import from_json
from tests.support.fakes_samples import refused

pytestmark = pytest.mark.requirement("T18")

DEEP = 100_000


@pytest.mark.parametrize(
    "content",
    [
        b"[" * DEEP,
        b'{"a":' * DEEP,
        b'{"FoglioCongedo": ' + b"1" * 6000 + b"}",
        b"[]",
        b"\xff\xfe{",
    ],
    ids=["lists in lists", "objects in objects", "a number without end", "a list", "no UTF-8"],
)
def test_what_is_no_foglio_is_refused(content: bytes) -> None:
    with refused(Cause.NOT_A_DOCUMENT):
        from_json(content)
