"""Keys of requests to the university's own systems."""

from gateway.domain.connectors import Connector, System, idempotency_key
from gateway.domain.rejections import Cause
from gateway.usecases.connector_ports import SystemUnavailable
from gateway.usecases.ports import StoreUnavailable


def test_no_two_requests_share_a_key_by_accident() -> None:
    assert idempotency_key("a:b", "c") != idempotency_key("a", "b:c")
    assert idempotency_key("a%3A", "") != idempotency_key("a:", "")
    assert idempotency_key("91", "origin", "1") == "91:origin:1"


def test_a_connector_shows_no_secret() -> None:
    assert "segreto" not in repr(Connector(system=System.REGISTER, url="x", secret="segreto"))


def test_a_system_that_is_not_there_says_which_and_why() -> None:
    trouble = SystemUnavailable(System.STUDENT_FILE, "HTTP 503")
    assert isinstance(trouble, StoreUnavailable)  # partners are told to come again
    assert str(trouble) == "student_file: HTTP 503"
    assert trouble.reason.cause is Cause.SYSTEM_UNAVAILABLE
    assert trouble.reason.params == {"system": "student_file", "trouble": "HTTP 503"}
