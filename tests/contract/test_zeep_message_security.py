"""zeep's own WS-Security, as its documentation has it, against our services: both ways."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
import time_machine
import xmlsec
import zeep
from zeep.exceptions import Fault, SignatureVerificationFailed
from zeep.wsse.signature import BinarySignature, MemorySignature, Signature
from zeep.wsse.username import UsernameToken
from zeep.wsse.utils import WSU

from gateway.domain.security import Proof
from tests.support.clock import START
from tests.support.contract_http import serving
from tests.support.transfers import Steps
from tests.support.universities import MONTELAGO, SECRET, VALDOMBRA
from tests.support.wsse_keys import Pair
from tests.support.wsse_messages import Token
from tests.support.wsse_worlds import SIGNATURE, TOKEN, demand, key_of

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T10")]

Connect = Callable[..., Any]
THEIRS, OURS = key_of(VALDOMBRA), key_of(MONTELAGO)


class Proofs:
    """Several of zeep's plugins as one; answers are verified with the certificate given."""

    def __init__(self, *plugins: Any, answers: Pair | None = None) -> None:
        self._plugins = plugins
        self._answers = answers

    def apply(self, envelope: Any, headers: Any) -> tuple[Any, Any]:
        for plugin in self._plugins:
            envelope, headers = plugin.apply(envelope, headers)
        return envelope, headers

    def verify(self, envelope: Any) -> Any:
        if self._answers is not None:
            by = self._answers
            MemorySignature(by.key_pem.encode(), by.pem.encode()).verify(envelope)
        return envelope


@pytest.fixture(autouse=True)
def _moment() -> Iterator[None]:
    """zeep reads the clock itself."""
    with time_machine.travel(START, tick=False):
        yield


@pytest.fixture
def connect(steps: Steps) -> Iterator[Connect]:
    """Makes clients of the destination, as partners program them."""
    sessions: list[requests.Session] = []
    with serving(steps.world.destination.wsgi()) as base:

        def make(wsse: Any, *, password: bool = False) -> Any:
            session = requests.Session()
            session.trust_env = False
            if password:
                session.auth = (f"ateneo-{VALDOMBRA}", SECRET)
            sessions.append(session)
            address = f"{base}/soap/{MONTELAGO}/destinazione?wsdl"
            return zeep.Client(address, transport=zeep.Transport(session=session), wsse=wsse)

        yield make
        for session in sessions:
            session.close()


def demands(steps: Steps, *proofs: Proof, **options: Any) -> None:
    """Let the destination demand proofs."""
    demand(steps.world.destination, MONTELAGO, VALDOMBRA, *proofs, **options)


def files(folder: Path, by: Pair) -> tuple[str, str]:
    """Return the names of files with key and certificate, as zeep wants them."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    key.write_text(by.key_pem)
    certificate.write_text(by.pem)
    return str(key), str(certificate)


def stamp() -> Any:
    """Return a Timestamp of five minutes."""
    begins = datetime.now(UTC)
    made = WSU.Timestamp()
    made.append(WSU.Created(begins.isoformat(timespec="seconds")))
    made.append(WSU.Expires((begins + timedelta(minutes=5)).isoformat(timespec="seconds")))
    return made


def token(password: str = Token.password, **options: Any) -> UsernameToken:
    """Return zeep's token with a digest."""
    return UsernameToken(Token.username, password, use_digest=True, **options)


def signing(kind: Any, folder: Path, by: Pair = THEIRS) -> Any:
    """Return zeep's signature, with algorithms of today."""
    return kind(
        *files(folder, by),
        signature_method=xmlsec.Transform.RSA_SHA256,
        digest_method=xmlsec.Transform.SHA256,
    )


def ask(client: Any) -> str:
    """Ask for the terms; return the mode of sending."""
    answer = client.service.Get_InfoWorkflowTrasferimento(MiurAteneoChiamante=VALDOMBRA)
    return str(answer.InfoWorkflow.ModalitaTrasmissione)


def test_a_username_token_of_zeeps_is_believed(steps: Steps, connect: Connect) -> None:
    demands(steps, TOKEN)
    client = connect(token())
    assert ask(client) == "Completa"
    assert ask(client) == "Completa"  # each time with a nonce of its own


def test_a_username_token_of_zeeps_beside_a_password(steps: Steps, connect: Connect) -> None:
    demands(steps, Proof.BASIC, TOKEN)
    assert ask(connect(token(zulu_timestamp=True), password=True)) == "Completa"


@pytest.mark.parametrize("kind", [BinarySignature, Signature])
def test_a_signature_of_zeeps_is_believed(
    steps: Steps, connect: Connect, tmp_path: Path, kind: Any
) -> None:
    demands(steps, TOKEN, SIGNATURE, sign_answers=True)
    proofs = Proofs(token(timestamp_token=stamp()), signing(kind, tmp_path), answers=OURS)
    assert ask(connect(proofs)) == "Completa"


def test_zeep_notices_an_answer_that_another_signed(
    steps: Steps, connect: Connect, tmp_path: Path
) -> None:
    demands(steps, TOKEN, SIGNATURE, sign_answers=True)
    proofs = Proofs(
        token(timestamp_token=stamp()), signing(BinarySignature, tmp_path), answers=THEIRS
    )
    with pytest.raises(SignatureVerificationFailed):
        ask(connect(proofs))


def test_a_wrong_password_of_zeeps_is_refused(steps: Steps, connect: Connect) -> None:
    demands(steps, TOKEN)
    with pytest.raises(Fault, match="Credenziali mancanti o non valide") as caught:
        ask(connect(token("altra")))
    assert caught.value.code.endswith("Client.Authentication")


def test_a_password_in_clear_of_zeeps_is_refused(steps: Steps, connect: Connect) -> None:
    demands(steps, TOKEN)
    with pytest.raises(Fault, match="Credenziali"):
        ask(connect(UsernameToken(Token.username, Token.password)))


def test_the_sha1_that_zeep_signs_with_unless_told_otherwise_is_refused(
    steps: Steps, connect: Connect, tmp_path: Path
) -> None:
    demands(steps, TOKEN, SIGNATURE)
    old = BinarySignature(*files(tmp_path, THEIRS))
    with pytest.raises(Fault, match="Credenziali"):
        ask(connect(Proofs(token(timestamp_token=stamp()), old)))


def test_a_signature_of_zeeps_without_a_timestamp_is_refused(
    steps: Steps, connect: Connect, tmp_path: Path
) -> None:
    demands(steps, SIGNATURE)
    with pytest.raises(Fault, match="Credenziali"):
        ask(connect(Proofs(signing(BinarySignature, tmp_path))))
