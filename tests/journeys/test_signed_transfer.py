"""A transfer between two installations whose every message and answer proves itself."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import requests

from gateway.domain.deliveries import DeliveryState, Trouble
from gateway.domain.identifiers import IdPratica
from gateway.domain.origin import OriginState
from gateway.domain.security import Proof
from gateway.usecases.delivery import ALARM_NOT_BELIEVED
from storage.unit_of_work import SqlUnitOfWork
from tests.support.adversary import Fate, HostileNetwork
from tests.support.databases import Maker
from tests.support.network import Application, WsgiNetwork
from tests.support.transfers import Steps
from tests.support.universities import DEFERRED_PARTIAL, MONTELAGO, VALDOMBRA
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import DS, WSSE, Token, unsigned
from tests.support.wsse_worlds import SIGNATURE, TOKEN, key_of, secure, show

pytestmark = [pytest.mark.journey, pytest.mark.requirement("T15")]


class Meddler(WsgiNetwork):
    """Carries messages, and changes answers as it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.meddle: Callable[[bytes], bytes] = lambda answer: answer
        self.statuses: list[int] = []

    def carry(
        self, application: Application, path: str, message: bytes, headers: dict[str, str]
    ) -> requests.Response:
        response = super().carry(application, path, message, headers)
        response._content = self.meddle(response.content)
        self.statuses.append(response.status_code)
        return response


def whole(steps: Steps) -> IdPratica:
    """Bring a student from one university to the other."""
    practice = steps.sent()
    assert steps.out(practice).state is OriginState.TRASFERITA
    steps.ask_revision(practice)
    steps.deliver_all()
    steps.send_again(practice)
    steps.deliver_all()
    steps.conclude(practice)
    return practice


@pytest.mark.parametrize(
    "proofs",
    [
        (SIGNATURE,),
        (TOKEN,),
        (TOKEN, SIGNATURE),
        (Proof.BASIC, TOKEN, SIGNATURE),
        (Proof.BASIC, SIGNATURE),
    ],
    ids="+".join,
)
def test_a_whole_transfer_is_proven_by_its_messages(
    make_steps: Callable[..., Steps], sqlite: Maker, proofs: tuple[Proof, ...]
) -> None:
    steps = make_steps(sqlite)
    secure(steps.world, *proofs)
    practice = whole(steps)
    assert steps.out(practice).state is OriginState.CHIUSA
    assert steps.into(practice).has_ended
    for _, message, answer in steps.world.network.log:
        assert (b"UsernameToken" in message) == (TOKEN in proofs)
        assert (f'xmlns:ds="{DS}"'.encode() in message) == (SIGNATURE in proofs)
        assert f'xmlns:ds="{DS}"'.encode() in answer


@pytest.mark.requirement("T14")
def test_a_partial_transfer_on_both_databases(
    make_steps: Callable[..., Steps], database: Maker
) -> None:
    steps = make_steps(database, terms=DEFERRED_PARTIAL)
    secure(steps.world, TOKEN, SIGNATURE)
    practice = steps.ready()
    steps.authorise(practice, administrative=True)
    steps.deliver_all()
    steps.send_again(practice)
    steps.deliver_all()
    assert len(steps.into(practice).sections) == 4


def test_a_lost_reply_is_repeated_with_a_fresh_header_and_answered_as_before(
    make_steps: Callable[..., Steps], sqlite: Maker
) -> None:
    network = HostileNetwork()
    steps = make_steps(sqlite, network=network)
    secure(steps.world, TOKEN, SIGNATURE)
    practice = steps.ready()
    steps.authorise(practice)
    wanted = [Fate.ARRIVES, Fate.REPLY_LOST]  # T2, then T3
    original = network.post

    def post(*given: object, **named: object) -> requests.Response:
        network.fate = wanted.pop(0) if wanted else Fate.ARRIVES
        return original(*given, **named)  # type: ignore[arg-type]

    network.post = post  # type: ignore[assignment]
    steps.deliver_all()
    for _ in range(3):
        steps.world.clock.advance(hours=1)
        steps.deliver_all()
    assert steps.out(practice).state is OriginState.TRASFERITA
    assert steps.out(practice).token == steps.into(practice).token
    rows = steps.destination(lambda uow: uow.journal.latest(id_pratica=practice))
    assert sorted(row.result for row in rows) == ["accepted", "repeated"]


def meddled(make_steps: Callable[..., Steps], sqlite: Maker) -> tuple[Steps, Meddler]:
    """Return a world of signed messages with a meddler between."""
    network = Meddler()
    steps = make_steps(sqlite, network=network)
    secure(steps.world, TOKEN, SIGNATURE)
    return steps, network


def first(steps: Steps, practice: IdPratica) -> object:
    """Return the delivery of the foglio."""
    return steps.origin(
        lambda uow: next(
            found
            for found in uow.deliveries.by_state(None, 50)
            if found.id_pratica == practice and found.kind == "foglio"
        )
    )


def alarms(steps: Steps) -> set[tuple[str, str]]:
    """Return the open alarms of the origin."""
    return {
        (kind, subject) for kind, subject, _, _ in steps.origin(lambda uow: uow.alarms.open_ones())
    }


@pytest.mark.parametrize(
    "meddle",
    [
        pytest.param(unsigned, id="unsigned"),
        pytest.param(lambda answer: answer.replace(b"</Token>", b"X</Token>"), id="tampered"),
        pytest.param(lambda answer: b"<html>Accesso negato</html>", id="html"),
        pytest.param(lambda answer: b"Envelope, but no XML", id="no xml"),
    ],
)
def test_nothing_is_believed_of_an_answer_that_does_not_prove_itself(
    make_steps: Callable[..., Steps], sqlite: Maker, meddle: Callable[[bytes], bytes]
) -> None:
    steps, network = meddled(make_steps, sqlite)
    practice = steps.ready()
    steps.authorise(practice)
    network.meddle = lambda answer: meddle(answer) if b"<Token>" in answer else answer
    steps.deliver_all()
    kept = first(steps, practice)
    assert (kept.state, kept.trouble, kept.reached) == (  # type: ignore[attr-defined]
        DeliveryState.WAITING,
        Trouble.UNKNOWN,
        True,
    )
    assert steps.out(practice).token is None
    assert alarms(steps) == {(ALARM_NOT_BELIEVED, MONTELAGO)}
    network.meddle = lambda answer: answer
    steps.world.clock.advance(hours=1)
    steps.deliver_all()
    assert steps.out(practice).token == steps.into(practice).token
    assert alarms(steps) == set()


def test_the_terms_are_not_taken_from_an_answer_that_does_not_prove_itself(
    make_steps: Callable[..., Steps], sqlite: Maker
) -> None:
    steps, network = meddled(make_steps, sqlite)
    practice = steps.ready()
    steps.authorise(practice)
    network.meddle = unsigned
    steps.deliver_all()
    kept = first(steps, practice)
    assert (kept.state, kept.trouble, kept.reached) == (  # type: ignore[attr-defined]
        DeliveryState.WAITING,
        Trouble.UNREACHABLE,
        False,
    )
    assert alarms(steps) == {(ALARM_NOT_BELIEVED, MONTELAGO)}


def test_an_old_answer_played_again_is_not_believed(
    make_steps: Callable[..., Steps], sqlite: Maker
) -> None:
    steps, network = meddled(make_steps, sqlite)
    held: list[bytes] = []

    def play_again(answer: bytes) -> bytes:
        if b"<Token>" in answer:
            held.append(answer)
            return held[0]
        return answer

    network.meddle = play_again
    assert steps.out(steps.sent()).token is not None
    other = steps.sent()
    assert steps.out(other).token is None
    assert alarms(steps) == {(ALARM_NOT_BELIEVED, MONTELAGO)}


@pytest.mark.parametrize(
    "wrong",
    [{"signing_key": "nessuna"}, {"signing_certificate": ""}, {"token_password": ""}],
    ids=["no key", "no certificate", "no password"],
)
def test_what_cannot_be_proven_does_not_leave(
    make_steps: Callable[..., Steps], sqlite: Maker, wrong: dict[str, str]
) -> None:
    steps, _ = meddled(make_steps, sqlite)

    def spoil(changes: dict[str, str]) -> None:
        def save(uow: SqlUnitOfWork) -> None:
            known = uow.partners.get(MONTELAGO)
            assert known is not None
            outbound = replace(known.outbound, **changes)  # type: ignore[arg-type]
            uow.partners.save(replace(known, outbound=outbound))

        steps.origin(save)

    spoil(wrong)
    practice = steps.ready()
    steps.authorise(practice)
    before = len(steps.world.network.log)
    steps.deliver_all()
    assert len(steps.world.network.log) == before
    assert first(steps, practice).trouble is Trouble.UNREACHABLE  # type: ignore[attr-defined]
    ours = key_of(VALDOMBRA)
    spoil(
        {
            "signing_key": ours.key_pem,
            "signing_certificate": ours.pem,
            "token_password": Token.password,
        }
    )
    steps.world.clock.advance(hours=1)
    steps.deliver_all()
    assert steps.out(practice).state is OriginState.TRASFERITA


def test_what_is_stored_to_be_sent_has_no_header(
    make_steps: Callable[..., Steps], sqlite: Maker
) -> None:
    steps, _ = meddled(make_steps, sqlite)
    kept = first(steps, steps.sent())
    assert kept.payload  # type: ignore[attr-defined]
    assert WSSE.encode() not in kept.payload  # type: ignore[attr-defined]


def test_a_partner_that_changed_its_key_is_found_out_and_taken_up_again(
    make_steps: Callable[..., Steps], sqlite: Maker
) -> None:
    steps, _ = meddled(make_steps, sqlite)
    world = steps.world
    show(world.origin, VALDOMBRA, MONTELAGO, TOKEN, SIGNATURE)
    with world.origin.store.open_uow(VALDOMBRA) as uow:
        known = uow.partners.get(MONTELAGO)
        assert known is not None
        wrong = replace(known.outbound, answer_signers=(pair(name="old").pin(),))
        uow.partners.save(replace(known, outbound=wrong))
        uow.commit()
    practice = steps.sent()
    assert alarms(steps) == {(ALARM_NOT_BELIEVED, MONTELAGO)}
    show(world.origin, VALDOMBRA, MONTELAGO, TOKEN, SIGNATURE)
    world.clock.advance(hours=1)
    steps.deliver_all()
    assert steps.out(practice).state is OriginState.TRASFERITA
    assert alarms(steps) == set()
