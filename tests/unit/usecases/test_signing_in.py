"""Signing in: what is looked at, what is counted, what is said."""

from dataclasses import replace
from datetime import datetime

import pytest

from gateway.demo.people import numbered
from gateway.domain.accounts import EVERYWHERE, Account, Grant, Role
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.rejections import Cause, refuse
from gateway.domain.signing_in import ADDRESS_FREE, NAME_FREE, IdentityProvider
from gateway.usecases import own_account
from gateway.usecases.account_ports import Arrival
from gateway.usecases.ports import ConcurrentChange
from gateway.usecases.signing_in import (
    SWITCHED_OFF,
    WRONG,
    Waiting,
    by_code,
    by_password,
    by_subject,
    provider_subject,
    proxy_subject,
)
from tests.support.fakes_accounts import FakeDesk
from tests.support.universities import MONTELAGO, VALDOMBRA

PASSWORD = "quattro pesci rossi"
HERE = "192.0.2.1"
OPERATOR = Grant(Role.OPERATOR, VALDOMBRA)
FISCAL = CodiceFiscale(numbered(1).codice_fiscale)
ARRIVAL = Arrival("persona-1", FISCAL, "Persona Inventata", "p@example.org")


@pytest.fixture
def stage() -> FakeDesk:
    return FakeDesk()


def factored(stage: FakeDesk) -> tuple[Account, tuple[str, ...]]:
    account, desk = stage.hire("ada", OPERATOR), stage.desk()
    own_account.propose_factor(account, desk=desk)
    codes = own_account.confirm_factor(account, stage.code(), desk=desk)
    stage.later(seconds=60)
    return account, codes


def test_the_right_password_is_let_in_and_wipes_the_count_away(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR), stage.desk()
    assert by_password("ada", "sbagliata", HERE, desk=desk) is WRONG
    assert by_password(" ADA ", PASSWORD, HERE, desk=desk) == account
    assert stage.throttles.failures == {f"address:{HERE}": 1}
    assert [entry.action for entry in stage.audit.entries] == ["sign_in_refused"]


def test_unknown_names_wait_like_known_ones_and_are_noted_without_a_name(stage: FakeDesk) -> None:
    desk = stage.desk()
    for _ in range(NAME_FREE + 1):
        assert by_password("nessuno", PASSWORD, HERE, desk=desk) is WRONG
    assert isinstance(by_password("nessuno", PASSWORD, HERE, desk=desk), Waiting)
    assert len(stage.audit.entries) == NAME_FREE + 1
    assert "nessuno" not in repr(stage.audit.entries)


def test_the_longer_wait_of_name_and_address_is_told(stage: FakeDesk) -> None:
    stage.hire("ada", OPERATOR)
    desk = stage.desk()
    for number in range(ADDRESS_FREE + 1):
        by_password(f"nome{number}", "x", HERE, desk=desk)
    waiting = by_password("ada", PASSWORD, HERE, desk=desk)
    assert isinstance(waiting, Waiting)
    assert waiting.until > stage.clock()
    assert isinstance(by_password("ada", PASSWORD, "192.0.2.2", desk=desk), Account)


def test_an_account_switched_off_is_told_so_to_nobody_but_its_owner(stage: FakeDesk) -> None:
    stage.hire("ada", OPERATOR, active=False)
    assert by_password("ada", PASSWORD, HERE, desk=stage.desk()) is SWITCHED_OFF
    assert by_password("ada", "altra", HERE, desk=stage.desk()) is WRONG


def test_an_account_without_password_has_no_password_that_is_right(stage: FakeDesk) -> None:
    stage.hire("ada", OPERATOR, password_hash="")
    assert by_password("ada", "", HERE, desk=stage.desk()) is WRONG


def test_a_code_is_good_once_and_wrong_ones_are_counted(stage: FakeDesk) -> None:
    account, _ = factored(stage)
    desk, code = stage.desk(), stage.code()
    assert by_code(account, code, desk=desk) == account
    assert by_code(account, code, desk=desk) is WRONG
    for _ in range(NAME_FREE):
        assert by_code(account, "1", desk=desk) is WRONG
    assert isinstance(by_code(account, stage.code(), desk=desk), Waiting)


def test_a_recovery_code_is_good_once_however_it_is_typed(stage: FakeDesk) -> None:
    account, codes = factored(stage)
    desk = stage.desk()
    assert by_code(account, f" {codes[0].upper()} ", desk=desk) == account
    assert by_code(account, codes[0], desk=desk) is WRONG
    assert "recovery_code_used" in [entry.action for entry in stage.audit.entries]


def test_a_factor_that_is_only_proposed_opens_nothing(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR), stage.desk()
    assert by_code(account, stage.code(), desk=desk) is WRONG
    own_account.propose_factor(account, desk=desk)
    assert by_code(account, stage.code(), desk=desk) is WRONG
    assert by_code(replace(account, active=False), stage.code(), desk=desk) is WRONG


def test_subjects_of_providers_and_of_the_proxy_are_told_apart() -> None:
    provider = IdentityProvider(name="idp", label="", label_en="", issuer="", client_id="")
    assert provider_subject(provider, "1") == "oidc:idp:1"
    assert proxy_subject("1") == "proxy:1"


def test_who_is_known_elsewhere_is_let_in_unless_switched_off(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR, subject="proxy:1"), stage.desk()
    assert by_subject("proxy:1", ARRIVAL, EVERYWHERE, desk=desk) == account
    stage.accounts.save(replace(account, active=False), stage.clock())
    assert by_subject("proxy:1", ARRIVAL, EVERYWHERE, desk=desk) is WRONG
    assert by_subject("proxy:2", ARRIVAL, EVERYWHERE, desk=desk) is WRONG


def test_a_student_gets_an_account_or_has_theirs_tied(stage: FakeDesk) -> None:
    desk = stage.desk()
    made = by_subject("proxy:1", ARRIVAL, VALDOMBRA, desk=desk)
    assert isinstance(made, Account)
    assert (made.codice_fiscale, made.grants) == (FISCAL, {Grant(Role.STUDENT, VALDOMBRA)})
    assert by_subject("proxy:1", ARRIVAL, VALDOMBRA, desk=desk) == made
    assert by_subject("proxy:2", ARRIVAL, VALDOMBRA, desk=desk) is WRONG  # tied already
    other = stage.hire("s2", Grant(Role.STUDENT, MONTELAGO), codice_fiscale=FISCAL)
    tied = by_subject("proxy:3", ARRIVAL, MONTELAGO, desk=desk)
    assert isinstance(tied, Account)
    assert tied.account_id == other.account_id


@pytest.mark.parametrize("trouble", [refuse(Cause.ALREADY_EXISTS), ConcurrentChange()])
def test_a_student_who_comes_in_two_windows_at_once_gets_one_account(
    stage: FakeDesk, trouble: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    save = stage.accounts.save

    def late(account: Account, now: datetime) -> Account:
        save(replace(account, username="primo"), now)  # by the other window
        raise trouble

    monkeypatch.setattr(stage.accounts, "save", late)
    made = by_subject("proxy:1", ARRIVAL, VALDOMBRA, desk=stage.desk())
    assert isinstance(made, Account)
    assert made.username == "primo"


def test_nobody_is_tied_who_is_more_than_a_student_or_has_no_codice_fiscale(
    stage: FakeDesk,
) -> None:
    desk = stage.desk()
    assert by_subject("proxy:1", Arrival("1"), VALDOMBRA, desk=desk) is WRONG
    more = Grant(Role.STUDENT, VALDOMBRA), Grant(Role.ADMINISTRATOR, MONTELAGO)
    stage.hire("ada", *more, codice_fiscale=FISCAL)
    assert by_subject("proxy:1", ARRIVAL, VALDOMBRA, desk=desk) is WRONG
