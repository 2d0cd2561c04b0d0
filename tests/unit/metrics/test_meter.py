"""What processes count adds up, whatever becomes of them, and never stops a call."""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.metrics.catalogue import ATTEMPTS, SECONDS
from gateway.metrics.files import ValueFile, entries
from gateway.metrics.folder import Folder
from gateway.metrics.meter import Meter, name_of

LABELS = ("91", "delivered")
NAME = name_of(ATTEMPTS, LABELS)
COUNTING = """
import sys, time
from pathlib import Path
from gateway.metrics.catalogue import ATTEMPTS
from gateway.metrics.folder import Folder
from gateway.metrics.meter import Meter
meter = Meter(Folder(Path(sys.argv[1]), sys.argv[2]))
for _ in range(int(sys.argv[3])):
    meter.count(ATTEMPTS, "91", "delivered")
print("counted", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics"


@pytest.fixture
def folder(path: Path) -> Folder:
    return Folder(path, "here")


def counting(path: Path, times: int, host: str = "here") -> "subprocess.Popen[str]":
    """Start a process that counts and then waits."""
    running = subprocess.Popen(
        [sys.executable, "-c", COUNTING, str(path), host, str(times)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "counted\n"
    return running


def end(running: "subprocess.Popen[str]", how: signal.Signals = signal.SIGKILL) -> None:
    """End a process as a power cut would."""
    running.send_signal(how)
    running.communicate()


def files(path: Path) -> list[str]:
    """Return the names of the files of values."""
    return sorted(file.name for file in path.glob("*.values"))


def test_what_was_counted_can_be_read_at_once(folder: Folder) -> None:
    meter = Meter(folder)
    meter.count(ATTEMPTS, *LABELS)
    meter.count(ATTEMPTS, *LABELS, amount=2)
    meter.count(ATTEMPTS, "91", "parked")
    assert folder.sums()[NAME] == [3]
    meter.close()
    assert folder.sums()[name_of(ATTEMPTS, ("91", "parked"))] == [1]


def test_a_value_falls_into_its_bucket_and_into_the_sum(folder: Folder) -> None:
    meter = Meter(folder)
    for value in (0.001, 0.005, 0.3, 1000.0):
        meter.observe(SECONDS, value, "in", "Get_Offerta")
    (values,) = folder.sums().values()
    assert len(values) == len(SECONDS.buckets) + 2
    assert values[0] == 2  # a bound belongs to its bucket
    assert values[SECONDS.buckets.index(0.5)] == 1
    assert values[-2] == 1
    assert values[-1] == pytest.approx(1000.306)


def test_processes_add_up(path: Path, folder: Folder) -> None:
    others = [counting(path, times) for times in (3, 4)]
    mine = Meter(folder)
    mine.count(ATTEMPTS, *LABELS)
    assert folder.sums()[NAME] == [8]
    assert len(folder.resident_bytes()) == 3
    for other in others:
        end(other)


def test_a_killed_process_loses_nothing_and_the_sum_never_falls(path: Path, folder: Folder) -> None:
    mine = Meter(folder)
    mine.count(ATTEMPTS, *LABELS)
    seen = []
    for times in (5, 6, 7):
        other = counting(path, times)
        end(other)
        seen.append(folder.sums()[NAME][0])
    assert seen == [6, 12, 19]
    assert len(files(path)) == 3  # ours, the dead together, and the last to die
    assert len(folder.resident_bytes()) == 1


def test_where_nobody_lives_counting_begins_anew(path: Path, folder: Folder) -> None:
    end(counting(path, 5))
    end(counting(path, 6), signal.SIGTERM)
    assert folder.sums()[NAME] == [6]
    mine = Meter(folder)
    mine.begin()
    assert folder.sums() == {}
    assert len(files(path)) == 1


def test_the_files_of_another_machine_are_left_alone(path: Path, folder: Folder) -> None:
    end(counting(path, 5, "there#1/x"))
    mine = Meter(folder)
    mine.count(ATTEMPTS, *LABELS)
    assert folder.sums()[NAME] == [6]
    assert len(folder.resident_bytes()) == 1


def test_a_process_that_forks_counts_for_itself(path: Path, folder: Folder) -> None:
    mine = Meter(folder)
    mine.count(ATTEMPTS, *LABELS)
    child = os.fork()
    if child == 0:  # pragma: no cover
        mine.count(ATTEMPTS, *LABELS)
        os._exit(0)
    os.waitpid(child, 0)
    mine.count(ATTEMPTS, *LABELS)
    assert folder.sums()[NAME] == [3]
    assert len(files(path)) == 2


def test_there_is_room_for_thousands_of_series(folder: Folder) -> None:
    meter = Meter(folder)
    for number in range(6000):
        meter.count(ATTEMPTS, str(number), "a state with rather a long name")
    assert len(folder.sums()) == 6000


def test_a_folder_that_cannot_be_made_counts_nothing_and_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "metrics").write_text("in the way")
    folder = Folder(tmp_path / "metrics", "here")
    meter = Meter(folder)
    meter.count(ATTEMPTS, *LABELS)
    assert folder.sums() == {}


def limited(limit: int, work: Callable[[], None]) -> int:
    """Do some work in a process whose files may not grow over ``limit``; return how it ended."""
    child = os.fork()
    if child == 0:  # pragma: no cover
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        try:
            work()
        except BaseException:  # noqa: BLE001
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_without_room_for_the_file_the_call_goes_on(folder: Folder) -> None:
    assert limited(1024, lambda: Meter(folder).count(ATTEMPTS, *LABELS)) == 0
    assert folder.sums() == {}


def test_without_room_for_more_what_is_there_is_still_counted(folder: Folder) -> None:
    def count() -> None:
        meter = Meter(folder)
        for number in range(9000):
            meter.count(ATTEMPTS, str(number), "delivered")
        for _ in range(10):
            meter.count(ATTEMPTS, "0", "delivered")

    assert limited(300 * 1024, count) == 0
    sums = folder.sums()
    assert 1000 < len(sums) < 9000
    assert sums[name_of(ATTEMPTS, ("0", "delivered"))] == [11]


def test_a_file_that_is_cut_off_or_foreign_is_read_as_far_as_it_goes(
    path: Path, folder: Folder
) -> None:
    path.mkdir()
    made = ValueFile(path / "here#0#x.values")
    made.add(made.place(NAME, 1), 0, 4)
    made.close()
    whole = (path / "here#0#x.values").read_bytes()
    (path / "here#0#y.values").write_bytes(whole[:20])
    (path / "here#0#z.values").write_bytes(b"")
    (path / "here#0#w.values").write_bytes(b"something else altogether")
    assert list(entries(whole)) == [(NAME, [4.0])]
    assert folder.sums() == {NAME: [4.0]}
