"""An overloaded partner is told when to come back, at no cost to anybody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from werkzeug.test import Client

from gateway.domain.security import Limits
from gateway.serving.framing import BodyPending
from tests.support.contract_messages import authorization
from tests.support.databases import Maker, SqliteMaker
from tests.support.hostile import Sending, Site, site_of
from tests.support.hostile_messages import status, terms, transfer
from tests.support.universities import MONTELAGO, ORIGIN, partner_of

pytestmark = pytest.mark.integration

OVER = (503, "Server.Busy", "Troppe richieste da questo ateneo: riprovare dopo il tempo indicato")
FROM_93 = Sending(user="ateneo-93")
TIGHT = Limits(per_minute=1, burst=5, concurrent=2)


def limit(site: Site, limits: Limits) -> None:
    """Give partner 91 these limits."""
    with site.installation.store.open_uow(MONTELAGO) as uow:
        uow.partners.save(replace(partner_of(ORIGIN, "origin", MONTELAGO), limits=limits))
        uow.commit()
    site.installation.store.forget()


def remember(site: Site) -> None:
    """Stop the clock by which the store forgets a partner."""
    moment = site.installation.store._monotonic()
    site.installation.store._monotonic = lambda: moment


@pytest.fixture
def site(tmp_path: Path, sqlite: SqliteMaker) -> Iterator[Site]:
    with site_of(tmp_path, sqlite) as made:
        limit(made, TIGHT)
        yield made


@contextmanager
def statements() -> Iterator[list[str]]:
    """Collect every statement that reaches a database, and every connection lent out."""
    seen: list[str] = []

    def note(*arguments: Any) -> None:
        seen.append(str(arguments[2]))

    def lend(*_: Any) -> None:
        seen.append("a connection")

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    sa.event.listen(sa.pool.Pool, "checkout", lend)
    try:
        yield seen
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)
        sa.event.remove(sa.pool.Pool, "checkout", lend)


def use_up(site: Site) -> None:
    for _ in range(TIGHT.burst):
        assert Sending().to(site.application, terms()).outcome == (0, "OK")


class NeverRead:
    """A body that nobody may read."""

    def read(self, size: int = -1) -> bytes:
        raise AssertionError("the body was read")


def unread(content: bytes) -> Sending:
    environ = {"wsgi.input": NeverRead(), "CONTENT_LENGTH": str(len(content))}
    return Sending(environ=environ)


def test_a_call_over_the_limit_touches_neither_body_nor_database(
    tmp_path: Path, database: Maker
) -> None:
    with site_of(tmp_path, database) as site:
        limit(site, TIGHT)
        remember(site)
        use_up(site)
        before = site.rows()
        with statements() as seen:
            answers = [unread(b"").to(site.application, transfer()) for _ in range(50)]
        assert seen == []
        assert {answer.fault for answer in answers} == {OVER}
        assert site.rows() == before


def test_a_call_within_the_limit_does_touch_the_database(site: Site) -> None:
    """So that the test above could fail."""
    with statements() as seen:
        use_up(site)
    assert len(seen) > TIGHT.burst


def test_the_answer_says_in_seconds_when_to_come_back(site: Site) -> None:
    use_up(site)
    answer = Sending().to(site.application, terms())
    assert answer.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert 1 <= int(answer.headers["Retry-After"]) <= 60  # one a minute


def test_other_partners_are_answered_meanwhile(site: Site) -> None:
    use_up(site)
    assert Sending().to(site.application, terms()).fault == OVER
    assert FROM_93.to(site.application, terms("93")).outcome == (0, "OK")


def test_what_was_refused_is_one_row_of_the_journal_once_a_call_is_let_in(site: Site) -> None:
    use_up(site)
    for _ in range(20):
        assert Sending().to(site.application, terms()).fault == OVER
    before = site.rows()["messages"]
    limit(site, replace(TIGHT, per_minute=6_000_000))
    assert Sending().to(site.application, terms()).outcome == (0, "OK")
    assert site.rows()["messages"] == before + 2
    with site.installation.store.open_uow(MONTELAGO) as uow:
        rows = uow.journal.latest(limit=2)
        found = next(row for row in rows if row.result == "fault")
        assert (found.code, found.partner, found.repeats) == (503, "91", "+19")
        assert uow.journal.contents(found.message_id) in (None, (b"", b""))


def test_a_wrong_password_spends_nothing_of_the_partner_s(site: Site) -> None:
    wrong = {"Authorization": authorization("ateneo-91", "indovinata")["Authorization"]}
    for _ in range(3 * TIGHT.burst):
        assert Sending(headers=wrong).to(site.application, terms()).status == 401
    use_up(site)


def test_a_partner_s_own_limit_of_size_is_below_the_installation_s(site: Site) -> None:
    limit(site, replace(TIGHT, body_bytes=2000))
    assert len(transfer()) > 2000
    answer = Sending().to(site.application, transfer())
    assert answer.fault == (413, "Client.TooLarge", "Messaggio oltre il limite di 2000 byte")
    assert Sending().to(site.application, terms()).outcome == (0, "OK")


def test_a_partner_s_own_limit_is_never_above_the_installation_s(site: Site) -> None:
    limit(site, replace(TIGHT, body_bytes=50_000_000))
    answer = Sending().to(site.application, transfer().ljust(1024 * 1024 + 1))
    assert answer.fault[2] == "Messaggio oltre il limite di 1048576 byte"


def test_a_call_put_off_until_its_body_is_there_is_counted_once(site: Site) -> None:
    class Pending:
        def read(self, size: int = -1) -> bytes:
            raise BodyPending

    environ = {"wsgi.input": Pending(), "CONTENT_LENGTH": "500"}
    headers = {"Content-Type": "text/xml", **authorization("ateneo-91")}
    before = site.rows()
    for _ in range(3 * TIGHT.burst):
        with pytest.raises(BodyPending):
            Client(site.application).post(
                "/soap/92/destinazione", headers=headers, environ_overrides=environ
            )
    assert site.rows() == before
    use_up(site)
    assert Sending().to(site.application, status()).fault == OVER
