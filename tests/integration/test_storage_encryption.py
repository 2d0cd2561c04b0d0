"""What is personal or secret is sealed in the database, and stays readable while keys change."""

import os
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from gateway.bootstrap import Installation
from gateway.demo.people import numbered
from gateway.demo.sample import Request, foglio
from storage import encryption
from storage.encryption import Cipher, KeysUnusable, Unreadable, add_key, drop_old_keys
from storage.engine import make_engine
from storage.rekey import rekey
from storage.store import Store
from storage.tables import alarms, metadata
from tests.support.clock import START
from tests.support.databases import Maker
from tests.support.storage import OURS, act, make_store, opened, rows_of
from tests.support.storage_everything import fill
from tests.support.transfers import Steps
from tests.support.universities import SECRET

pytestmark = pytest.mark.integration

PERSON = numbered(777)
NOTES = "ricorso della studentessa contro la delibera"


@pytest.fixture
def store(database: Maker, tmp_path: Path) -> Iterator[Store]:
    with opened(database, tmp_path) as made:
        act(made, fill)
        yield made


def stored_bytes(installation: Installation, folder: Path) -> bytes:
    """Return everything a thief of the disk or of a copy would find: files, dump, log."""
    url = sa.make_url(installation.settings.url)
    if url.get_backend_name() == "sqlite":
        file = Path(str(url.database))
        return b"".join(path.read_bytes() for path in file.parent.glob(f"{file.name}*"))
    dump = folder / "dump.sql"
    server = ["--host", str(url.host), "--port", str(url.port), "--username", str(url.username)]
    subprocess.run(["pg_dump", f"--file={dump}", *server, str(url.database)], check=True)
    with installation.store.engine.connect() as connection:
        data = Path(connection.exec_driver_sql("SHOW data_directory").scalar_one())
    log = b"".join(path.read_bytes() for path in (data / "pg_wal").glob("0*"))
    return dump.read_bytes() + log


def a_whole_transfer(steps: Steps) -> list[str]:
    """Let a transfer run with notes on it; return what nobody may read in the database."""
    practice = steps.sent(Request(exams=6, student=PERSON, notes=NOTES))
    steps.ask_revision(practice, NOTES)
    steps.deliver_all()
    steps.send_again(practice, NOTES)
    steps.deliver_all()
    steps.authorise_enrolment(practice)
    steps.enrol(practice)
    steps.evaluate(practice)
    steps.decide(practice)
    token = steps.into(practice).token
    assert token is not None
    people = [PERSON.codice_fiscale, PERSON.surname, PERSON.born.isoformat()]
    return [*people, token.value, NOTES, SECRET, "Analisi matematica 1", "DescrizioneComune"]


@pytest.mark.requirement("T13")
@pytest.mark.parametrize("side", ["origin", "destination"])
def test_nothing_personal_is_to_be_read_in_the_database(
    make_steps: Callable[..., Steps], database: Maker, tmp_path: Path, side: str
) -> None:
    steps = make_steps(database)
    secrets = a_whole_transfer(steps)
    found = stored_bytes(getattr(steps.world, side), tmp_path).lower()
    assert b"unival2026" in found  # what is no secret is there to be searched
    for secret in secrets:
        text = secret.lower().encode()
        assert text not in found, secret
        assert text.hex().encode() not in found, secret


def test_the_foglio_is_kept_as_it_was_received(steps: Steps) -> None:
    practice = steps.draft(Request(exams=2, student=PERSON))
    number = steps.out(practice).foglio
    kept = steps.origin(lambda uow: uow.foglios.draft(number))
    assert kept == foglio(Request(exams=2, student=PERSON))


def readable(store: Store) -> dict[str, list[object]]:
    """Return what every sealed column opens to."""
    found: dict[str, list[object]] = {}
    for name, rows in rows_of(store).items():
        for position, column in enumerate(metadata.tables[name].columns):
            if column.name.endswith("_sealed"):
                parts = [row[position] for row in rows if row[position] is not None]
                found[f"{name}.{column.name}"] = [store.cipher.open(part) for part in parts]  # type: ignore[arg-type]
    return found


def test_rows_are_readable_before_while_and_after_the_keys_change(
    store: Store, database: Maker, tmp_path: Path
) -> None:
    keys, before = tmp_path / "congedo.keys", readable(store)
    assert sum(len(parts) > 0 for parts in before.values()) >= 10
    add_key(keys)
    with opened(database, tmp_path, url=store.url) as both:
        assert readable(both) == before
        assert rekey(both.engine, both.cipher) > 0
        assert readable(both) == before
    drop_old_keys(keys)
    with opened(database, tmp_path, url=store.url) as newest:
        assert readable(newest) == before
    assert readable(store) == before  # it has read the file again


def test_a_rotation_that_was_cut_short_is_finished_by_another(
    store: Store, database: Maker, tmp_path: Path
) -> None:
    before = readable(store)
    add_key(tmp_path / "congedo.keys")
    cipher = CutShort.from_file(tmp_path / "congedo.keys")
    with pytest.raises(RuntimeError):
        rekey(store.engine, cipher)
    with opened(database, tmp_path, url=store.url) as both:
        assert readable(both) == before
        rekey(both.engine, both.cipher)
    drop_old_keys(tmp_path / "congedo.keys")
    with opened(database, tmp_path, url=store.url) as newest:
        assert readable(newest) == before


class CutShort(Cipher):
    """Dies after a few seals."""

    left = 5

    def reseal(self, sealed: bytes) -> bytes:
        self.left -= 1
        if not self.left:
            raise RuntimeError
        return super().reseal(sealed)


class Meddler(Cipher):
    """Lets somebody else write while everything is sealed again."""

    meddle: Callable[[], Any] | None = None

    def reseal(self, sealed: bytes) -> bytes:
        if self.meddle is not None and self.open(sealed) == b"before":
            self.meddle()
        return super().reseal(sealed)


@pytest.mark.parametrize(
    "kind",
    [
        "sqlite",
        pytest.param("postgres"),
    ],
)
def test_what_is_written_while_keys_change_is_not_lost(
    kind: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    with opened(request.getfixturevalue(kind), tmp_path) as store:
        act(store, lambda uow: uow.alarms.raise_("k", "s", "before", START))
        cipher = Meddler.from_file(tmp_path / "congedo.keys")
        writer = threading.Thread(
            target=act, args=(store, lambda uow: uow.alarms.raise_("k", "s", "after", START))
        )

        def meddle() -> None:
            cipher.meddle = None
            writer.start()
            writer.join(timeout=0.5)  # it may have to wait for the one who seals

        cipher.meddle = meddle
        rekey(store.engine, cipher)
        writer.join()
        with store.open_uow(OURS) as uow:
            assert [detail for _, _, detail, _ in uow.alarms.open_ones()] == ["after"]


def test_other_keys_open_nothing(store: Store, database: Maker, tmp_path: Path) -> None:
    stranger = make_store(database, tmp_path / "other", url=store.url)
    with stranger.open_uow(OURS) as uow, pytest.raises(Unreadable):
        uow.alarms.open_ones()
    stranger.close()


def test_whoever_comes_with_other_keys_is_told(tmp_path: Path) -> None:
    ciphers = []
    for name in ("one", "other"):
        encryption.create_keys(tmp_path / name)
        ciphers.append(Cipher.from_file(tmp_path / name))
    with pytest.raises(Unreadable, match=r"\w+"):
        ciphers[0].open(ciphers[1].seal(b"x"))


def test_a_sealed_row_that_was_tampered_with_does_not_open(store: Store) -> None:
    with store.engine.begin() as connection:
        sealed = bytearray(connection.execute(sa.select(alarms.c.detail_sealed)).scalar_one())
        sealed[20] ^= 1
        connection.execute(sa.update(alarms).values(detail_sealed=bytes(sealed)))
    with store.open_uow(OURS) as uow, pytest.raises(Unreadable):
        uow.alarms.open_ones()


def test_the_key_file_is_for_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        keys = tmp_path / "keys" / "congedo.keys"
        encryption.create_keys(keys)
        modes = [keys.stat().st_mode & 0o777, keys.parent.stat().st_mode & 0o777]
        add_key(keys)
        drop_old_keys(keys)
    finally:
        os.umask(before)
    assert [*modes, keys.stat().st_mode & 0o777] == [0o600, 0o700, 0o600]
    assert [path.name for path in keys.parent.iterdir()] == ["congedo.keys"]


def test_keys_that_exist_are_left_alone(tmp_path: Path) -> None:
    keys = tmp_path / "congedo.keys"
    encryption.create_keys(keys)
    before = keys.read_bytes()
    encryption.create_keys(keys)
    assert keys.read_bytes() == before


def test_two_who_start_first_agree_on_the_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting, keys, sync = threading.Barrier(2), tmp_path / "congedo.keys", os.fsync

    def slow_disk(descriptor: int) -> None:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(timeout=0.5)
        sync(descriptor)

    def start(_: int) -> bytes:
        encryption.create_keys(keys)
        return keys.read_bytes()

    monkeypatch.setattr(encryption.os, "fsync", slow_disk)
    with ThreadPoolExecutor(2) as pool:
        assert set(pool.map(start, range(2))) == {keys.read_bytes()}


@pytest.mark.parametrize("content", [b"", b"fernet:\n", b"index:AAAA\n", b"\xff\xfe", b"fernet:x"])
def test_a_damaged_key_file_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    keys = tmp_path / "congedo.keys"
    keys.write_bytes(content)
    with pytest.raises(KeysUnusable, match=r"congedo\.keys"):
        Cipher.from_file(keys)


def test_a_missing_key_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(KeysUnusable, match="nowhere"):
        Cipher.from_file(tmp_path / "nowhere")


def test_the_digest_that_finds_a_student_is_keyed(tmp_path: Path) -> None:
    digests = set()
    for name in ("one", "other"):
        encryption.create_keys(tmp_path / name)
        cipher = Cipher.from_file(tmp_path / name)
        add_key(tmp_path / name)
        again = Cipher.from_file(tmp_path / name)
        assert cipher.index(PERSON.codice_fiscale) == again.index(PERSON.codice_fiscale)
        digests.add(cipher.index(PERSON.codice_fiscale))
    assert len(digests) == 2


def test_the_engine_of_a_rotation_may_be_any(database: Maker, tmp_path: Path) -> None:
    engine = make_engine(database.make(tmp_path))
    encryption.create_keys(tmp_path / "k")
    assert rekey(engine, Cipher.from_file(tmp_path / "k")) == 0
    engine.dispose()


def test_a_running_process_takes_up_a_new_key_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "congedo.keys"
    encryption.create_keys(keys)
    running, other = Cipher.from_file(keys), Cipher.from_file(keys)
    before = running.seal(b"before")
    add_key(keys)
    newer = Cipher.from_file(keys)
    assert running.open(newer.seal(b"newer")) == b"newer"  # at once, when it must
    monkeypatch.setattr(encryption, "LOOK_SECONDS", 0.0)
    after = other.seal(b"after")  # and within a second of its own
    assert running.open(before) == b"before"
    drop_old_keys(keys)
    assert Cipher.from_file(keys).open(after) == b"after"
    with pytest.raises(Unreadable):
        Cipher.from_file(keys).open(before)


def test_a_key_file_that_went_away_leaves_the_running_process_its_keys(tmp_path: Path) -> None:
    keys = tmp_path / "congedo.keys"
    encryption.create_keys(keys)
    running = Cipher.from_file(keys)
    sealed = running.seal(b"x")
    keys.unlink()
    running._looked_at = 0.0
    assert running.open(sealed) == b"x"
