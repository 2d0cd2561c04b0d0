"""What a hosted service makes of messages that prove themselves, or do not."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from gateway.bootstrap import Installation
from gateway.wsse import inbound
from storage.tables import nonces
from tests.support.clock import START
from tests.support.contract_messages import authorization
from tests.support.databases import Maker, SqliteMaker
from tests.support.hostile import PLAIN, Site, site_of
from tests.support.hostile_messages import status, terms, transfer
from tests.support.network import WsgiNetwork
from tests.support.storage import count
from tests.support.universities import MONTELAGO, ROCCASOLE, VALDOMBRA
from tests.support.wsse_checks import Memory
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import (
    SOAP,
    TEXT_TYPE,
    Token,
    security_of,
    with_token,
)
from tests.support.wsse_site import BASIC, NOBODY, SILENT, accepted, demands, sign
from tests.support.wsse_worlds import SIGNATURE, TOKEN, demand, key_of

pytestmark = pytest.mark.integration

MUST_UNDERSTAND = (500, "MustUnderstand", "Intestazione SOAP obbligatoria non riconosciuta")


@pytest.fixture
def site(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path, sqlite) as made:
        yield made


# Who may send


def test_a_signature_beside_the_password_is_believed(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    accepted(site, sign(terms()))


def test_a_token_beside_the_password_is_believed(site: Site) -> None:
    demands(site, BASIC, TOKEN)
    accepted(site, with_token(terms()))


def test_a_signature_alone_is_enough_where_nothing_else_is_demanded(site: Site) -> None:
    demands(site, SIGNATURE)
    accepted(site, sign(terms()), SILENT)


def test_a_token_alone_is_enough_where_nothing_else_is_demanded(site: Site) -> None:
    demands(site, TOKEN)
    accepted(site, with_token(terms()), SILENT)


def test_token_and_signature_together_are_both_demanded(site: Site) -> None:
    demands(site, TOKEN, SIGNATURE)
    accepted(site, sign(with_token(terms())), SILENT)
    site.turn_away(sign(terms()), NOBODY, SILENT)
    site.turn_away(with_token(terms(), Token(nonce=b"other nonce")), NOBODY, SILENT)


def test_a_password_does_not_stand_for_a_signature(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    site.refuse(terms(), NOBODY)


def test_a_signature_does_not_stand_for_a_password(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    site.turn_away(sign(terms()), NOBODY, SILENT)


def test_a_signature_does_not_stand_for_a_password_of_one_that_needs_both(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    demand(site.installation, MONTELAGO, ROCCASOLE, TOKEN, signers=())
    site.turn_away(sign(terms()), NOBODY, SILENT)


def test_a_wrong_password_is_not_mended_by_a_right_signature(site: Site) -> None:
    demands(site, SIGNATURE)
    wrong = replace(SILENT, headers=authorization("ateneo-91", "sbagliata"))
    site.turn_away(sign(terms()), NOBODY, wrong)


def test_the_signature_of_one_partner_under_the_password_of_another_is_refused(
    site: Site,
) -> None:
    demands(site, BASIC, SIGNATURE)
    third = (pair(name="third").pin(),)
    demand(site.installation, MONTELAGO, ROCCASOLE, BASIC, SIGNATURE, signers=third)
    sending = replace(PLAIN, user="ateneo-93")
    site.refuse(sign(terms("93")), NOBODY, sending)


def test_a_partner_that_signs_cannot_speak_for_another(site: Site) -> None:
    demands(site, SIGNATURE)
    answer = SILENT.to(site.application, sign(terms("93")))
    assert answer.fault[:2] == (500, "Client.Authorization")


def test_an_unknown_user_a_wrong_key_and_a_replay_are_answered_alike(site: Site) -> None:
    demands(site, TOKEN, SIGNATURE)
    good = sign(with_token(terms()))
    accepted(site, good, SILENT)
    for message in (
        good,
        terms(),
        with_token(terms(), Token(username="ateneo-99")),
        with_token(terms(), Token(kind=TEXT_TYPE)),
        sign(terms(), pair(name="nobody")),
        sign(with_token(terms(), Token(password="altra"))),
    ):
        site.turn_away(message, NOBODY, SILENT)


def test_a_stranger_leaves_no_content_in_the_journal(site: Site) -> None:
    demands(site, SIGNATURE)
    site.turn_away(sign(transfer(), pair(name="nobody")), NOBODY, SILENT)


def test_nothing_of_a_stranger_is_read_where_every_partner_has_a_password(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    site.turn_away(b"<no xml at all", NOBODY, SILENT)


def test_a_partner_of_which_nothing_is_demanded_cannot_be_played(site: Site) -> None:
    demands(site)
    site.turn_away(with_token(terms()), NOBODY, SILENT)
    demand(site.installation, MONTELAGO, ROCCASOLE, TOKEN, signers=())
    site.turn_away(with_token(terms()), NOBODY, SILENT)
    site.turn_away(sign(terms()), NOBODY, SILENT)


def test_a_partner_out_of_its_days_is_a_stranger(site: Site) -> None:
    demands(site, SIGNATURE)
    with site.installation.store.open_uow(MONTELAGO) as uow:
        known = uow.partners.get(VALDOMBRA)
        assert known is not None
        uow.partners.save(replace(known, active_to=START.date() - timedelta(days=1)))
        uow.commit()
    site.installation.store.forget()
    site.turn_away(sign(terms()), NOBODY, SILENT)


# What is done with the header


def test_a_security_header_that_must_be_understood_is_refused_where_nobody_reads_it(
    site: Site,
) -> None:
    site.refuse(sign(terms()), MUST_UNDERSTAND)


def test_a_security_header_that_nobody_needs_is_passed_over(site: Site) -> None:
    root = etree.fromstring(with_token(terms()))
    security_of(root).attrib.pop(f"{{{SOAP}}}mustUnderstand")
    accepted(site, bytes(etree.tostring(root)))


def test_a_header_for_another_actor_need_not_be_understood(site: Site) -> None:
    root = etree.fromstring(with_token(terms()))
    security_of(root).set(f"{{{SOAP}}}actor", "urn:altri")
    accepted(site, bytes(etree.tostring(root)))


def test_another_header_that_must_be_understood_is_refused_even_when_signed(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    root = etree.fromstring(sign(terms()))
    other = etree.SubElement(root[0], "{urn:x}Other")
    other.set(f"{{{SOAP}}}mustUnderstand", "1")
    site.refuse(bytes(etree.tostring(root)), MUST_UNDERSTAND)


def test_a_signed_message_spread_over_lines_is_read_like_any_other(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    spread = transfer().replace(b"><", b">\n\t<")
    answer = PLAIN.to(site.application, sign(spread))
    assert answer.outcome[0] == 0


def test_what_is_mended_is_mended_after_it_was_verified(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    stray = transfer().replace(b"<IdPratica>", b"/<IdPratica>")
    answer = PLAIN.to(site.application, sign(stray))
    assert answer.outcome[0] == 0
    row, message, _ = site.latest()
    assert row.tolerated == "stray_text"
    assert b"Signature" in message


def test_instructions_that_were_signed_are_passed_over_by_the_service(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    with_instruction = transfer().replace(b"UNIVAL2026", b"UNIVAL<?p q?>2026")
    assert PLAIN.to(site.application, sign(with_instruction)).outcome[0] == 0


def test_an_instruction_slipped_into_a_signed_message_is_noticed(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    message = sign(transfer()).replace(b"UNIVAL2026", b"UNIVAL<?p q?>2026")
    site.refuse(message, NOBODY)


def test_the_journal_keeps_the_message_with_its_header(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    message = sign(transfer())
    accepted(site, message)
    assert site.latest()[1] == message


# Replays and repeats


@pytest.mark.requirement("T15")
def test_a_repeat_with_a_fresh_header_gets_the_same_answer(tmp_path: Path, database: Maker) -> None:
    with site_of(tmp_path, database) as site:
        demands(site, TOKEN, SIGNATURE)
        first = accepted(site, sign(with_token(transfer())), SILENT)
        again = sign(with_token(transfer(), Token(nonce=b"a fresh nonce")))
        assert accepted(site, again, SILENT) == first
        assert site.latest()[0].result == "repeated"


@pytest.mark.requirement("T15")
def test_a_repeat_within_signed_answers_is_the_same_and_signed_anew(site: Site) -> None:
    demands(site, BASIC, SIGNATURE, sign_answers=True)
    answers = [etree.fromstring(accepted(site, sign(transfer()))) for _ in range(2)]
    bodies, values = [], []
    for answer in answers:
        inbound.check_answer(answer, (key_of(MONTELAGO).pin(),), now=START, remember=Memory())
        bodies.append(etree.tostring(answer[-1][0], method="c14n", exclusive=True))
        values.append(answer.findtext(".//{*}SignatureValue"))
    assert bodies[0] == bodies[1]
    assert values[0] != values[1]
    assert site.latest()[0].result == "repeated"


def test_a_replay_is_refused_by_every_process_and_node(tmp_path: Path, database: Maker) -> None:
    with site_of(tmp_path, database) as site:
        demands(site, BASIC, SIGNATURE, TOKEN)
        message = sign(with_token(status()))
        accepted(site, message)
        twin = Installation(
            site.installation.settings, clock=site.installation.clock, transport=WsgiNetwork()
        )
        try:
            answer = PLAIN.to(twin.wsgi(), message)
            assert answer.fault == NOBODY
        finally:
            twin.close()


def test_of_many_copies_at_once_one_is_answered(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    message, found = sign(status()), []
    threads = [
        threading.Thread(target=lambda: found.append(PLAIN.to(site.application, message).status))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200] + [401] * 5


def test_strangers_fill_no_memory_and_block_no_nonce(site: Site) -> None:
    demands(site, TOKEN)
    for password in ("una", "altra"):
        site.turn_away(with_token(terms(), Token(password=password)), NOBODY, SILENT)
    assert count(site.installation.store, nonces) == 0
    accepted(site, with_token(terms()), SILENT)
    assert count(site.installation.store, nonces) == 1


def test_a_request_held_back_does_not_make_an_old_message_fresh(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    message, clock = sign(terms()), site.installation.clock

    class Slow:
        """A body whose last byte comes ten minutes later."""

        def __init__(self) -> None:
            self._rest = message

        def read(self, size: int = -1) -> bytes:
            part, self._rest = self._rest[:size], self._rest[size:]
            if part:
                clock.advance(minutes=10)  # type: ignore[attr-defined]
            return part

    slow = replace(PLAIN, environ={"wsgi.input": Slow(), "CONTENT_LENGTH": str(len(message))})
    assert slow.to(site.application, b"").fault == NOBODY
