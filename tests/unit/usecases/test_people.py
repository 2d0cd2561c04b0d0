"""What administrators do about the accounts of others, and what not."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.demo.people import numbered
from gateway.domain.accounts import EVERYWHERE, Account, Grant, Role
from gateway.domain.identifiers import CodiceFiscale
from gateway.domain.rejections import Cause, Rejection
from gateway.usecases import people
from gateway.usecases.account_ports import AccountDesk
from gateway.usecases.people import OPERATOR, Editor
from tests.support.fakes_accounts import FakeDesk
from tests.support.fakes_samples import refused
from tests.support.universities import MONTELAGO, VALDOMBRA

HERE = Grant(Role.OPERATOR, VALDOMBRA)
ELSEWHERE = Grant(Role.OPERATOR, MONTELAGO)
CHIEF = Grant(Role.ADMINISTRATOR, VALDOMBRA)
SYSTEM = Grant(Role.SYSTEM)


@pytest.fixture
def stage() -> FakeDesk:
    return FakeDesk()


def chief(stage: FakeDesk) -> Editor:
    return Editor(account=stage.hire("capo", CHIEF))


def why(raised: "pytest.ExceptionInfo[Rejection]") -> str:
    return raised.value.reasons[0].params["why"]


def new(*grants: Grant, username: str = "Ada") -> Account:
    return Account(username=username, name="Ada", grants=frozenset(grants))


def test_a_new_account_is_kept_under_a_plain_name(stage: FakeDesk) -> None:
    assert people.add(chief(stage), new(HERE), desk=stage.desk()).username == "ada"


@pytest.mark.parametrize("username", ["", "  ", "due parole", "con\x00nulla"])
def test_a_name_that_is_none_is_refused(stage: FakeDesk, username: str) -> None:
    with pytest.raises(Rejection) as raised:
        people.add(OPERATOR, new(HERE, username=username), desk=stage.desk())
    assert why(raised) == "name_malformed"


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        (ELSEWHERE, "not_yours"),
        (SYSTEM, "not_yours"),
        (Grant(Role.SYSTEM, VALDOMBRA), "where_role"),
        (Grant(Role.ADMINISTRATOR, EVERYWHERE), "where_role"),
        (Grant(Role.ADMINISTRATOR, VALDOMBRA, "ING"), "undivided_role"),
    ],
)
def test_an_administrator_gives_only_what_is_theirs(
    stage: FakeDesk, given: Grant, reason: str
) -> None:
    editor, target = chief(stage), stage.hire("ada", HERE)
    with pytest.raises(Rejection) as raised:
        people.grant(editor, target, given, desk=stage.desk())
    assert why(raised) == reason
    with pytest.raises(Rejection):
        people.add(editor, new(given), desk=stage.desk())


def test_a_system_administrator_gives_everything(stage: FakeDesk) -> None:
    root = Editor(account=stage.hire("radice", SYSTEM))
    target = stage.hire("ada", HERE)
    for given in (ELSEWHERE, SYSTEM):
        target = people.grant(root, target, given, desk=stage.desk())
    assert target.grants == {HERE, ELSEWHERE, SYSTEM}
    assert root.answers_for(target)


@pytest.mark.parametrize("taken", [ELSEWHERE, SYSTEM])
def test_an_administrator_takes_only_what_is_theirs(stage: FakeDesk, taken: Grant) -> None:
    target = stage.hire("ada", HERE, taken)
    with pytest.raises(Rejection) as raised:
        people.revoke(chief(stage), target, taken, desk=stage.desk())
    assert why(raised) == "not_yours"


def test_the_system_role_is_taken_by_its_own_only(stage: FakeDesk) -> None:
    stage.hire("altra", SYSTEM)
    target = stage.hire("radice", SYSTEM)
    left = people.revoke(Editor(account=target), target, SYSTEM, desk=stage.desk())
    assert left.grants == frozenset()


def whole() -> list[Callable[[Editor, Account, AccountDesk], object]]:
    return [
        lambda editor, target, desk: people.switch(editor, target, active=False, desk=desk),
        lambda editor, target, desk: people.end_sessions(editor, target, desk=desk),
        lambda editor, target, desk: people.lift(editor, target, desk=desk),
        lambda editor, target, desk: people.reset_factor(editor, target, desk=desk),
        lambda editor, target, desk: people.give_password(editor, target, desk=desk),
        lambda editor, target, desk: people.invite(editor, target, desk=desk),
        lambda editor, target, desk: people.describe(
            editor, target, name="x", email="", subject="proxy:1", desk=desk
        ),
    ]


@pytest.mark.parametrize("act", whole())
@pytest.mark.parametrize("more", [(HERE, ELSEWHERE), (HERE, SYSTEM), ()])
def test_an_account_that_is_also_anothers_is_left_alone_as_a_whole(
    stage: FakeDesk,
    act: Callable[[Editor, Account, AccountDesk], object],
    more: tuple[Grant, ...],
) -> None:
    editor, target = chief(stage), stage.hire("ada", *more)
    with pytest.raises(Rejection) as raised:
        act(editor, target, stage.desk())
    assert why(raised) == "elsewhere_too"
    assert stage.accounts.get(target.account_id) == target


@pytest.mark.parametrize("act", whole())
def test_an_account_that_is_the_universitys_own_is_seen_to(
    stage: FakeDesk, act: Callable[[Editor, Account, AccountDesk], object]
) -> None:
    act(chief(stage), stage.hire("ada", HERE), stage.desk())


def test_who_is_known_elsewhere_as_somebody_else_is_signed_out(stage: FakeDesk) -> None:
    editor, target, desk = chief(stage), stage.hire("ada", HERE), stage.desk()
    same = people.describe(editor, target, name=" Ada P. ", email="", subject="", desk=desk)
    assert (same.name, stage.sessions.ended) == ("Ada P.", [])
    people.describe(editor, same, name="Ada", email="", subject="proxy:1", desk=desk)
    assert stage.sessions.ended == [target.account_id]


def test_switching_off_ends_sessions_and_links_and_on_brings_neither_back(
    stage: FakeDesk,
) -> None:
    editor, target, desk = chief(stage), stage.hire("ada", HERE), stage.desk()
    secret = people.invite(editor, target, desk=desk)
    off = people.switch(editor, target, active=False, desk=desk)
    assert stage.sessions.ended == [target.account_id]
    assert people.switch(editor, off, active=True, desk=desk).active
    assert stage.invitations.of(secret, stage.clock()) is None


def test_nobody_switches_themselves_off(stage: FakeDesk) -> None:
    stage.hire("vice", CHIEF)
    editor = chief(stage)
    assert editor.account is not None
    with pytest.raises(Rejection) as raised:
        people.switch(editor, editor.account, active=False, desk=stage.desk())
    assert why(raised) == "yourself"


def test_the_last_administrator_who_can_sign_in_stays(stage: FakeDesk) -> None:
    editor = chief(stage)
    assert editor.account is not None
    stage.hire("spenta", CHIEF, active=False)
    with pytest.raises(Rejection) as raised:
        people.revoke(editor, editor.account, CHIEF, desk=stage.desk())
    assert why(raised) == "last_administrator"
    stage.hire("vice", CHIEF)
    assert not people.revoke(editor, editor.account, CHIEF, desk=stage.desk()).grants


def test_a_role_that_is_held_twice_is_not_lost_by_taking_one(stage: FakeDesk) -> None:
    faculty = replace(CHIEF, faculty="ING")
    editor = Editor(account=stage.hire("capo", CHIEF, faculty))
    assert editor.account is not None
    left = people.revoke(editor, editor.account, faculty, desk=stage.desk())
    assert left.grants == {CHIEF}


def test_an_account_that_was_off_already_is_nobodys_last(stage: FakeDesk) -> None:
    editor = chief(stage)
    off = stage.hire("spenta", CHIEF, active=False)
    assert not people.revoke(editor, off, CHIEF, desk=stage.desk()).grants


def test_the_operator_of_the_machine_may_do_everything(stage: FakeDesk) -> None:
    only = stage.hire("radice", SYSTEM)
    assert OPERATOR.runs(VALDOMBRA)
    assert not people.revoke(OPERATOR, only, SYSTEM, desk=stage.desk()).grants


def test_a_temporary_password_must_be_changed(stage: FakeDesk) -> None:
    target = stage.hire("ada", HERE)
    password = people.give_password(chief(stage), target, desk=stage.desk())
    kept = stage.accounts.get(target.account_id)
    assert kept is not None
    assert (kept.must_change, kept.password_hash) == (True, f"hash {password}")


def test_what_is_given_to_an_account_of_the_same_name_is_refused(stage: FakeDesk) -> None:
    stage.hire("ada", ELSEWHERE)
    with refused(Cause.ALREADY_EXISTS):
        people.add(chief(stage), new(HERE), desk=stage.desk())


CODE = CodiceFiscale(numbered(1).codice_fiscale)
STUDENT = Grant(Role.STUDENT, VALDOMBRA)


def test_a_student_whom_requests_do_not_know_is_refused(stage: FakeDesk) -> None:
    with pytest.raises(Rejection) as raised:
        people.add(OPERATOR, new(STUDENT), desk=stage.desk())
    assert why(raised) == "student_unnamed"
    with pytest.raises(Rejection) as raised:
        people.grant(OPERATOR, stage.hire("ada", HERE), STUDENT, desk=stage.desk())
    assert why(raised) == "student_unnamed"


def test_a_student_has_one_account_at_a_university(stage: FakeDesk) -> None:
    desk = stage.desk()
    first = people.add(OPERATOR, replace(new(STUDENT), codice_fiscale=CODE), desk=desk)
    again = replace(new(STUDENT, username="ada2"), codice_fiscale=CODE)
    with refused(Cause.ALREADY_EXISTS) as raised:
        people.add(OPERATOR, again, desk=desk)
    assert CODE not in str(raised.value)
    assert people.grant(OPERATOR, first, STUDENT, desk=desk).grants == {STUDENT}
    elsewhere = people.grant(OPERATOR, first, replace(STUDENT, university=MONTELAGO), desk=desk)
    assert len(elsewhere.grants) == 2
