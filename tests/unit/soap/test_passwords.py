"""Guessing passwords uses up neither the threads nor what is remembered."""

import threading
from collections.abc import Iterator

import pytest

from gateway.soap import passwords as module
from gateway.soap.faults import InvalidCall
from gateway.soap.passwords import Passwords


class SlowHasher:
    """Verifies when it is told to: a hash is right for the password it is made of."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.calls = 0

    def verify(self, reference: str, password: str) -> bool:
        self.calls += 1
        self.go.wait(10)
        return reference == f"hash of {password}"

    def hash(self, password: str) -> str:
        return f"hash of {password}"


@pytest.fixture
def hasher(monkeypatch: pytest.MonkeyPatch) -> Iterator[SlowHasher]:
    made = SlowHasher()
    monkeypatch.setattr(module, "_HASHER", made)
    monkeypatch.setattr(module, "_PATIENCE_SECONDS", 10.0)
    yield made
    made.go.set()


def verify_in_threads(
    passwords: Passwords, tried: list[str]
) -> tuple[list[threading.Thread], list[object]]:
    outcomes: list[object] = []

    def verify(password: str) -> None:
        try:
            outcomes.append(passwords.verify(password, "hash of segreto"))
        except InvalidCall as refusal:
            outcomes.append(refusal.code)

    threads = [threading.Thread(target=verify, args=(password,)) for password in tried]
    for thread in threads:
        thread.start()
    return threads, outcomes


def test_no_more_calls_wait_than_there_are_places(hasher: SlowHasher) -> None:
    passwords = Passwords(places=3)
    threads, outcomes = verify_in_threads(passwords, [f"indovinata {n}" for n in range(10)])
    for thread in threads:
        thread.join(0.3)
    assert outcomes == ["Server.Busy"] * 7
    hasher.go.set()
    for thread in threads:
        thread.join()
    assert outcomes[7:] == [False] * 3


def test_what_was_right_before_is_let_in_while_others_guess(hasher: SlowHasher) -> None:
    passwords = Passwords(places=2)
    hasher.go.set()
    assert passwords.verify("segreto", "hash of segreto")
    hasher.go.clear()
    threads, _ = verify_in_threads(passwords, [f"indovinata {n}" for n in range(5)])
    assert passwords.verify("segreto", "hash of segreto")
    hasher.go.set()
    for thread in threads:
        thread.join()


def test_calls_with_the_same_new_password_wait_for_one_verification_or_two(
    hasher: SlowHasher,
) -> None:
    passwords = Passwords(places=8)
    threads, outcomes = verify_in_threads(passwords, ["segreto"] * 8)
    hasher.go.set()
    for thread in threads:
        thread.join()
    assert outcomes == [True] * 8
    assert hasher.calls <= 2


def test_wrong_passwords_never_push_out_right_ones(
    hasher: SlowHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_REMEMBERED", 5)
    hasher.go.set()
    passwords = Passwords()
    assert passwords.verify("segreto", "hash of segreto")
    for number in range(50):
        assert not passwords.verify(f"indovinata {number}", "hash of segreto")
    before = hasher.calls
    assert passwords.verify("segreto", "hash of segreto")
    assert hasher.calls == before
    assert len(passwords._wrong) == 5


def test_a_wrong_password_is_remembered_as_wrong(hasher: SlowHasher) -> None:
    hasher.go.set()
    passwords = Passwords()
    for _ in range(5):
        assert not passwords.verify("indovinata", "hash of segreto")
    assert hasher.calls == 1


def test_nobody_s_password_is_never_right(hasher: SlowHasher) -> None:
    hasher.go.set()
    passwords = Passwords()
    for _ in range(2):
        assert not passwords.verify("segreto", "")


def test_what_is_remembered_of_one_name_says_nothing_of_another(hasher: SlowHasher) -> None:
    """Else a password tried with one name that is nobody's would tell which others are."""
    hasher.go.set()
    passwords = Passwords()
    for who, expected in (("nobody", ""), ("nobody else", ""), ("ada", "hash of segreto")):
        before = hasher.calls
        for _ in range(2):
            assert not passwords.verify("indovinata", expected, who)
        assert hasher.calls == before + 1
