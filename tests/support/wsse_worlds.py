"""Partners whose messages prove themselves, in one installation or between two."""

from dataclasses import replace
from datetime import date

from gateway.bootstrap import Installation
from gateway.domain.identifiers import MiurCode
from gateway.domain.security import InboundSecurity, KeyPin, OutboundSecurity, Proof
from tests.support.universities import MONTELAGO, VALDOMBRA, World
from tests.support.wsse_keys import Pair, pair
from tests.support.wsse_messages import Token

SIGNATURE, TOKEN = Proof.SIGNATURE, Proof.USERNAME_TOKEN
KEYS = {VALDOMBRA: "valdombra", MONTELAGO: "montelago"}


def key_of(code: MiurCode) -> Pair:
    """Return the signing key of a university; it is good for clocks of tests and for real ones."""
    return pair(name=KEYS[code], ends=date(2099, 12, 31))


def demand(
    installation: Installation,
    university: MiurCode,
    partner: MiurCode,
    *proofs: Proof,
    signers: tuple[KeyPin, ...] | None = None,
    sign_answers: bool = False,
) -> None:
    """Let a hosted university demand proofs of a partner, and forget how it was."""
    pins = (key_of(partner).pin(),) if signers is None else signers
    ours = key_of(university)
    with installation.store.open_uow(university) as uow:
        known = uow.partners.get(partner)
        assert known is not None
        inbound = InboundSecurity(
            proofs=frozenset(proofs),
            token_password=Token.password,
            signers=pins,
            sign_answers=sign_answers,
        )
        outbound = replace(known.outbound, signing_certificate=ours.pem, signing_key=ours.key_pem)
        uow.partners.save(replace(known, inbound=inbound, outbound=outbound))
        uow.commit()
    installation.store.forget()


def show(
    installation: Installation, university: MiurCode, partner: MiurCode, *proofs: Proof
) -> None:
    """Let a hosted university show proofs to a partner, and believe only its signed answers."""
    ours = key_of(university)
    with installation.store.open_uow(university) as uow:
        known = uow.partners.get(partner)
        assert known is not None
        outbound = OutboundSecurity(
            proofs=frozenset(proofs),
            token_username=f"ateneo-{university}",
            token_password=Token.password,
            signing_certificate=ours.pem,
            signing_key=ours.key_pem,
            answer_signers=(key_of(partner).pin(),),
        )
        # without Basic, nothing is to be proven by the connection
        name = f"ateneo-{university}" if Proof.BASIC in proofs else ""
        uow.partners.save(replace(known, outbound=outbound, username_out=name))
        uow.commit()
    installation.store.forget()


def secure(world: World, *proofs: Proof) -> None:
    """Let both universities of a world prove themselves by messages, and sign their answers."""
    for installation, us, them in (
        (world.origin, VALDOMBRA, MONTELAGO),
        (world.destination, MONTELAGO, VALDOMBRA),
    ):
        show(installation, us, them, *proofs)
        demand(installation, us, them, *proofs, sign_answers=True)
