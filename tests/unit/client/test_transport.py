"""What the HTTP status of a partner's answer tells of the message."""

from datetime import timedelta

import pytest

from gateway.client.transport import check_status, wait_of
from gateway.domain.deliveries import OutcomeUnknown, PartnerMisbehaved


@pytest.mark.parametrize("status", [429, 502, 503, 504])
@pytest.mark.parametrize("is_soap", [True, False])
def test_an_overloaded_partner_is_asked_again(status: int, is_soap: bool) -> None:
    with pytest.raises(OutcomeUnknown, match=f"HTTP {status}"):
        check_status(status, is_soap=is_soap)


@pytest.mark.parametrize("status", [500, 507, 599])
def test_a_partner_whose_server_is_broken_is_asked_again(status: int) -> None:
    with pytest.raises(OutcomeUnknown):
        check_status(status, is_soap=False)


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404])
@pytest.mark.parametrize("is_soap", [True, False])
def test_a_partner_that_refuses_us_needs_a_person(status: int, is_soap: bool) -> None:
    with pytest.raises(PartnerMisbehaved):
        check_status(status, is_soap=is_soap)


@pytest.mark.parametrize("status", [200, 400])
def test_an_answer_that_is_no_soap_needs_a_person(status: int) -> None:
    with pytest.raises(PartnerMisbehaved):
        check_status(status, is_soap=False)


@pytest.mark.parametrize("status", [200, 400, 500])
def test_whatever_is_soap_is_read(status: int) -> None:
    check_status(status, is_soap=True)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("7", 7), (" 120 ", 120), ("0", 0), ("9" * 30, 366 * 24 * 3600)],
)
def test_a_partner_says_in_seconds_when_to_come_back(said: str, seconds: int) -> None:
    assert wait_of({"Retry-After": said}) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("said", "seconds"),
    [("Sun, 22 Nov 2026 10:05:00 GMT", 300), ("Sun, 22 Nov 2026 09:00:00 GMT", 0)],
)
def test_a_moment_counts_from_the_partner_s_own_clock(said: str, seconds: int) -> None:
    headers = {"Retry-After": said, "Date": "Sun, 22 Nov 2026 10:00:00 GMT"}
    assert wait_of(headers) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Retry-After": ""},
        {"Retry-After": "presto"},
        {"Retry-After": "-5"},
        {"Retry-After": "1.5"},
        {"Retry-After": "\u0663"},
        {"Retry-After": "Sun, 22 Nov 2026 10:05:00 GMT"},
        {"Retry-After": "Sun, 22 Nov 2026 10:05:00 GMT", "Date": "ieri"},
        {"Retry-After": "Sun, 22 Nov 2026 10:05:00", "Date": "Sun, 22 Nov 2026 10:00:00 GMT"},
    ],
)
def test_what_cannot_be_read_asks_for_nothing(headers: dict[str, str]) -> None:
    assert wait_of(headers) is None


def test_what_the_partner_asks_for_goes_with_the_trouble() -> None:
    with pytest.raises(OutcomeUnknown) as trouble:
        check_status(503, is_soap=True, wait=timedelta(seconds=40))
    assert trouble.value.wait == timedelta(seconds=40)
