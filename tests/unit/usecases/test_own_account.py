"""What people do about their own account."""

import pytest

from gateway.domain.accounts import Grant, Role
from gateway.domain.rejections import Cause, Rejection
from gateway.domain.signing_in import NAME_FREE, RECOVERY_CODES
from gateway.usecases import own_account, people
from tests.support.fakes_accounts import FakeDesk
from tests.support.fakes_samples import refused
from tests.support.universities import VALDOMBRA

PASSWORD, NEW = "quattro pesci rossi", "cinque gatti neri"
OPERATOR = Grant(Role.OPERATOR, VALDOMBRA)


@pytest.fixture
def stage() -> FakeDesk:
    return FakeDesk()


def why(raised: "pytest.ExceptionInfo[Rejection]") -> str:
    return raised.value.reasons[0].params["why"]


def test_another_password_ends_every_session_and_link(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR, must_change=True), stage.desk()
    secret = people.invite(people.OPERATOR, account, desk=desk)
    changed = own_account.change_password(account, PASSWORD, NEW, desk=desk)
    assert (changed.password_hash, changed.must_change) == (f"hash {NEW}", False)
    assert stage.sessions.ended == [account.account_id]
    assert own_account.invited(secret, desk=desk) is None


@pytest.mark.parametrize(
    ("current", "password", "reason"),
    [
        ("sbagliata", NEW, "password_wrong"),
        (PASSWORD, PASSWORD, "password_same"),
        (PASSWORD, "breve", "password_short"),
    ],
)
def test_a_change_that_may_not_be_changes_nothing(
    stage: FakeDesk, current: str, password: str, reason: str
) -> None:
    account = stage.hire("ada", OPERATOR)
    with pytest.raises(Rejection) as raised:
        own_account.change_password(account, current, password, desk=stage.desk())
    assert why(raised) == reason
    assert stage.accounts.get(account.account_id) == account


def test_the_present_password_is_not_guessed_here_either(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR), stage.desk()
    for _ in range(NAME_FREE + 1):
        with refused(Cause.PARAMETER_INVALID):
            own_account.change_password(account, "sbagliata", NEW, desk=desk)
    with pytest.raises(Rejection) as raised:
        own_account.change_password(account, PASSWORD, NEW, desk=desk)
    assert why(raised) == "wait_first"


def test_an_invitation_sets_the_password_once(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR, password_hash=""), stage.desk()
    secret = people.invite(people.OPERATOR, account, desk=desk)
    with refused(Cause.PARAMETER_INVALID):
        own_account.accept_invitation(secret, "breve", desk=desk)
    assert own_account.accept_invitation(secret, NEW, desk=desk).password_hash == f"hash {NEW}"
    with pytest.raises(Rejection) as raised:
        own_account.accept_invitation(secret, NEW, desk=desk)
    assert why(raised) == "link_spent"


def test_of_two_who_use_a_link_at_once_one_is_refused(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR), stage.desk()
    secret = people.invite(people.OPERATOR, account, desk=desk)
    stage.invitations.stolen = True
    with pytest.raises(Rejection) as raised:
        own_account.accept_invitation(secret, NEW, desk=desk)
    assert why(raised) == "link_spent"


def test_a_link_of_somebody_switched_off_is_not_good(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR, active=False), stage.desk()
    stage.invitations.add("segreto", account.account_id, stage.clock.advance(days=1))
    stage.clock.advance(days=-1)
    assert own_account.invited("segreto", desk=desk) is None


def test_the_proposed_secret_stays_until_it_is_confirmed(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR), stage.desk()
    with refused(Cause.PARAMETER_INVALID):
        own_account.confirm_factor(account, stage.code(), desk=desk)
    secret = own_account.propose_factor(account, desk=desk)
    assert own_account.propose_factor(account, desk=desk) == secret
    with refused(Cause.PARAMETER_INVALID):
        own_account.confirm_factor(account, "1", desk=desk)
    codes = own_account.confirm_factor(account, stage.code(), desk=desk)
    assert len(set(codes)) == RECOVERY_CODES
    with pytest.raises(Rejection) as raised:
        own_account.propose_factor(account, desk=desk)
    assert why(raised) == "factor_in_force"
    with refused(Cause.PARAMETER_INVALID):
        own_account.confirm_factor(account, stage.code(), desk=desk)


def test_without_the_factor_no_recovery_code_is_left(stage: FakeDesk) -> None:
    account, desk = stage.hire("ada", OPERATOR), stage.desk()
    own_account.propose_factor(account, desk=desk)
    own_account.confirm_factor(account, stage.code(), desk=desk)
    own_account.remove_factor(account, desk=desk)
    assert stage.factors.get(account.account_id) is None
    assert stage.factors.recovery_left(account.account_id) == 0
