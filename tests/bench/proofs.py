"""What message security costs: the guarded Put plain, with a password digest, and signed."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from lxml import etree

from gateway.bootstrap import Installation
from gateway.client.writing import write
from gateway.domain.security import Proof
from gateway.foglio.parsing import parse
from gateway.wsse.outbound import UserPassword, make_signer, protect
from tests.bench.load import Measure, drive, request
from tests.bench.rounds import best, gateway
from tests.bench.worlds import AUTHORIZATION, PATH, put
from tests.support.universities import MONTELAGO, VALDOMBRA
from tests.support.wsse_messages import Token
from tests.support.wsse_worlds import demand, key_of

Protect = Callable[[etree._Element], None]


def _signed(kind: str) -> Protect:
    key = key_of(VALDOMBRA)
    signer = make_signer(key.pem, key.key_pem)
    token = UserPassword(Token.username, Token.password)
    given = {
        "plain": {},
        "token": {"token": token},
        "signature": {"signer": signer},
    }[kind]
    return lambda root: protect(root, datetime.now(UTC), **given) if given else None  # type: ignore[arg-type]


PROOFS: Mapping[str, tuple[Proof, ...]] = {
    "plain": (Proof.BASIC,),
    "token": (Proof.BASIC, Proof.USERNAME_TOKEN),
    "signature": (Proof.BASIC, Proof.SIGNATURE),
}
"""What each round demands; Basic in all, so that nothing but the message differs."""


def _puts(kind: str, prefix: str, many: int) -> list[bytes]:
    """Return whole HTTP requests, fresh ones."""
    add = _signed(kind)
    made = []
    for number in range(many):
        root = parse(write(put(f"{prefix}{number:06d}")), faithful=True)
        add(root)
        made.append(request(PATH, bytes(etree.tostring(root)), AUTHORIZATION))
    return made


def compare_proofs(opened: Installation, many: int) -> dict[str, Measure]:
    """Put under each kind of proof, in turns so that what disturbs one disturbs the others."""
    found: dict[str, list[Measure]] = {kind: [] for kind in PROOFS}
    for turn in range(3):
        for kind, proofs in PROOFS.items():
            demand(opened, MONTELAGO, VALDOMBRA, *proofs)
            with gateway(opened) as (port, pids):
                drive(port, _puts(kind, f"H{kind[0]}{turn}", 50), pids)
                found[kind].append(drive(port, _puts(kind, f"I{kind[0]}{turn}", many), pids))
    return {kind: best(rounds) for kind, rounds in found.items()}
