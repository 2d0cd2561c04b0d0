"""The daily look at certificates, on real databases; what is kept of a partner comes back whole."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from gateway.domain.security import (
    InboundSecurity,
    KeyPin,
    Limits,
    OutboundSecurity,
    Proof,
    SubjectPin,
)
from gateway.usecases.certificate_watch import ALARM_CERTIFICATE
from tests.support.certificates import make
from tests.support.databases import Maker
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, VALDOMBRA

pytestmark = pytest.mark.integration

PIN = KeyPin("a" * 64, date(2026, 10, 1), make("x").certificate)


def test_everything_of_a_partner_s_security_comes_back(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    store = make_steps(database).world.origin.store
    inbound = InboundSecurity(
        proofs=frozenset(Proof),
        keys=(PIN, KeyPin("b" * 64)),
        subjects=(SubjectPin("PEM", "CN=x", date(2026, 10, 2)), SubjectPin("PEM", "CN=y")),
        token_password="segreta",
        signers=(PIN,),
        sign_answers=True,
    )
    outbound = OutboundSecurity(
        proofs=frozenset(Proof),
        certificate="PEM",
        certificate_key="CHIAVE",
        token_username="noi",
        token_password="altra",
        signing_certificate="PEM",
        signing_key="CHIAVE",
        answer_signers=(PIN,),
        authorities="PEM",
        server_keys=(PIN, KeyPin("c" * 64, date(2026, 10, 3))),
    )
    with store.open_uow(VALDOMBRA) as uow:
        partner = uow.partners.get(MONTELAGO)
        assert partner is not None
        kept = replace(partner, inbound=inbound, outbound=outbound, limits=Limits(burst=9))
        uow.partners.save(kept)
        uow.commit()
    store.forget()
    assert [item for item in store.partners_of(VALDOMBRA) if item.code == MONTELAGO] == [kept]
    assert store.partners_of(VALDOMBRA) is store.partners_of(VALDOMBRA)
    before = store.partners_of(VALDOMBRA)
    store.forget()
    after = store.partners_of(VALDOMBRA)
    assert after is not before
    assert all(new is old for new, old in zip(after, before, strict=True))  # opened only once


def test_a_certificate_that_ends_is_an_alarm_until_it_is_renewed(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    world = make_steps(database).world
    installation = world.origin

    def look(*pins: KeyPin) -> list[tuple[str, str]]:
        with installation.store.open_uow(VALDOMBRA) as uow:
            partner = uow.partners.get(MONTELAGO)
            assert partner is not None
            outbound = replace(partner.outbound, server_keys=pins)
            uow.partners.save(replace(partner, outbound=outbound))
            uow.commit()
        installation.timetable.for_each_university(installation.timetable.watch_certificates)(
            world.clock()
        )
        with installation.store.open_uow(VALDOMBRA) as uow:
            return [(kind, subject) for kind, subject, _, _ in uow.alarms.open_ones()]

    assert look(PIN) == [(ALARM_CERTIFICATE, "92 server_keys")]
    assert look(PIN, KeyPin("b" * 64)) == []
