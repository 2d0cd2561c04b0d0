"""Montelago's services, to which Valdombra sends messages that prove themselves."""

from itertools import count

from gateway.domain.security import Proof
from tests.support.hostile import PLAIN, Sending, Site
from tests.support.universities import MONTELAGO, VALDOMBRA
from tests.support.wsse_keys import Pair
from tests.support.wsse_messages import Signing, signed
from tests.support.wsse_worlds import demand, key_of

NOBODY = (401, "Client.Authentication", "Credenziali mancanti o non valide")
BASIC = Proof.BASIC
SILENT = Sending(user="")
THEIRS = key_of(VALDOMBRA)
_numbers = count(1)


def demands(site: Site, *proofs: Proof, **options: object) -> None:
    """Let Montelago demand proofs of Valdombra."""
    demand(site.installation, MONTELAGO, VALDOMBRA, *proofs, **options)  # type: ignore[arg-type]


def sign(content: bytes, by: Pair = THEIRS, **how: object) -> bytes:
    """Sign as Valdombra does, each time anew."""
    number = next(_numbers)
    ids = {"Body": f"body-{number}", "Timestamp": f"time-{number}"}
    return signed(content, by, Signing(ids=ids, **how))  # type: ignore[arg-type]


def accepted(site: Site, content: bytes, sending: Sending = PLAIN) -> bytes:
    """Send a message that is answered; return the answer."""
    answer = sending.to(site.application, content)
    assert answer.status == 200, answer.content
    return answer.content
