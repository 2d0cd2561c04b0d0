"""What the HTTP status of a partner's answer tells of the message."""

import pytest

from gateway.client.transport import check_status
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
