"""The folder and the processes of a demonstration."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway.demo.installations import (
    MARK,
    PIDS,
    Place,
    end_of,
    free_port,
    prepare,
    stop_all,
    wait_ready,
)


@pytest.mark.parametrize("exists", [False, True])
def test_a_new_or_empty_folder_is_marked(tmp_path: Path, exists: bool) -> None:
    folder = tmp_path / "a" / "demo"
    if exists:
        folder.mkdir(parents=True)
    prepare(folder)
    assert [file.name for file in folder.iterdir()] == [MARK]


def test_a_marked_folder_is_emptied(tmp_path: Path) -> None:
    prepare(tmp_path / "demo")
    (tmp_path / "demo" / "foglio.xml").touch()
    prepare(tmp_path / "demo")
    assert [file.name for file in (tmp_path / "demo").iterdir()] == [MARK]


def test_a_folder_with_other_things_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "tesi.txt").touch()
    with pytest.raises(FileExistsError):
        prepare(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["tesi.txt"]


def test_a_list_of_processes_in_a_folder_of_somebody_else_is_not_believed(tmp_path: Path) -> None:
    (tmp_path / PIDS).write_text("1", "ascii")
    assert stop_all(tmp_path) == 0


def test_only_the_end_of_a_log_is_told(tmp_path: Path) -> None:
    log = tmp_path / "a.log"
    assert end_of(log) == ""
    log.write_text("\n".join(str(number) for number in range(100)), "utf-8")
    assert end_of(log).split("\n") == [str(number) for number in range(80, 100)]


def test_nobody_waits_for_a_process_that_has_ended(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", "pass"]) as process:
        process.wait()
    with pytest.raises(TimeoutError):
        wait_ready(Place(tmp_path, free_port(0)), process)
