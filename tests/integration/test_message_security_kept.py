"""Signed answers, new keys without stopping, what is kept and what is logged."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree
from structlog.testing import capture_logs

from gateway.bootstrap import Installation
from gateway.wsse import inbound
from tests.support.clock import START
from tests.support.databases import SqliteMaker
from tests.support.hostile import PLAIN, Site, site_of
from tests.support.hostile_messages import status, terms, transfer
from tests.support.network import WsgiNetwork
from tests.support.universities import MONTELAGO, VALDOMBRA
from tests.support.wsse_checks import Memory
from tests.support.wsse_keys import pair
from tests.support.wsse_messages import MORE, Token, with_token
from tests.support.wsse_site import BASIC, NOBODY, SILENT, THEIRS, accepted, demands, sign
from tests.support.wsse_worlds import SIGNATURE, TOKEN, demand, key_of

pytestmark = pytest.mark.integration


@pytest.fixture
def site(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path, sqlite) as made:
        yield made


def test_faults_are_signed_where_answers_are(site: Site) -> None:
    demands(site, BASIC, SIGNATURE, sign_answers=True)
    unknown = sign(terms().replace(b"Get_InfoWorkflowTrasferimento", b"Get_Altro"))
    fault = PLAIN.to(site.application, unknown)
    assert fault.fault[:2] == (500, "Client.UnknownOperation")
    inbound.check_answer(
        etree.fromstring(fault.content),
        (key_of(MONTELAGO).pin(),),
        now=START,
        remember=Memory(),
    )
    assert fault.headers["Content-Length"] == str(len(fault.content))


def test_strangers_get_no_signature_of_ours(site: Site) -> None:
    demands(site, SIGNATURE, sign_answers=True)
    assert b"Signature" not in site.turn_away(terms(), NOBODY, SILENT)


def test_an_answer_that_cannot_be_signed_says_nothing_and_is_repeated_later(site: Site) -> None:
    demands(site, BASIC, SIGNATURE, sign_answers=True)
    store = site.installation.store
    with store.open_uow(MONTELAGO) as uow:
        known = uow.partners.get(VALDOMBRA)
        assert known is not None
        broken = replace(known, outbound=replace(known.outbound, signing_key="nessuna"))
        uow.partners.save(broken)
        uow.commit()
    store.forget()
    assert PLAIN.to(site.application, sign(transfer())).fault[:2] == (500, "Server")
    demands(site, BASIC, SIGNATURE, sign_answers=True)
    accepted(site, sign(transfer()))
    assert site.latest()[0].result == "repeated"


def test_a_new_key_is_used_within_two_seconds_and_the_old_one_ends(
    tmp_path: Path, sqlite: SqliteMaker
) -> None:
    moment = [0.0]
    with site_of(tmp_path, sqlite) as site:
        demands(site, BASIC, SIGNATURE)
        site.installation.store._monotonic = lambda: moment[0]
        new = pair(name="renewed")
        accepted(site, sign(terms()))
        site.refuse(sign(terms(), new), NOBODY)
        admin = Installation(site.installation.settings, transport=WsgiNetwork())
        try:
            both = (THEIRS.pin(START.date()), new.pin())
            demand(admin, MONTELAGO, VALDOMBRA, BASIC, SIGNATURE, signers=both)
        finally:
            admin.close()
        site.refuse(sign(terms(), new), NOBODY)  # still remembered
        moment[0] += 2.0
        accepted(site, sign(terms(), new))
        accepted(site, sign(terms()))
        later = site.installation.clock.advance(days=1)  # type: ignore[attr-defined]
        site.refuse(sign(terms(), created=later, expires=None), NOBODY)
        accepted(site, sign(terms(), new, created=later, expires=None))


def test_the_log_has_one_word_and_nothing_of_the_message(site: Site) -> None:
    demands(site, TOKEN)
    with capture_logs() as written:
        site.turn_away(with_token(terms(), Token(username="mario.rossi")), NOBODY, SILENT)
    (told,) = [line for line in written if line["event"] == "message_not_believed"]
    assert told["reason"] == "user_unknown"
    assert "mario.rossi" not in str(written)


def test_elliptic_keys_sign_too(site: Site) -> None:
    key = pair("p256")
    demands(site, BASIC, SIGNATURE, signers=(key.pin(),))
    accepted(site, sign(terms(), key, method=f"{MORE}ecdsa-sha256"))


def test_many_threads_verify_at_once(site: Site) -> None:
    demands(site, BASIC, SIGNATURE)
    batches = [[sign(status()) for _ in range(10)] for _ in range(4)]
    found: list[int] = []

    def work(messages: list[bytes]) -> None:
        found.extend(PLAIN.to(site.application, message).status for message in messages)

    threads = [threading.Thread(target=work, args=(batch,)) for batch in batches]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [200] * 40


def test_keys_and_passwords_are_only_sealed_in_the_database(site: Site) -> None:
    demands(site, BASIC, TOKEN, SIGNATURE)
    folder = site.installation.settings.home
    stored = b"".join(file.read_bytes() for file in folder.rglob("*.db*"))
    for secret in (Token.password, key_of(MONTELAGO).key_pem.splitlines()[5]):
        assert secret.encode() not in stored
    with site.installation.store.open_uow(MONTELAGO) as uow:
        known = uow.partners.get(VALDOMBRA)
    assert known is not None
    assert known.inbound.token_password == Token.password
    assert Token.password not in repr(known)
    assert "PRIVATE KEY" not in repr(known)
