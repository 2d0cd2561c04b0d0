"""The first moments of a process: many calls before anything has been prepared."""

import subprocess
import sys

import pytest

pytestmark = [pytest.mark.integration, pytest.mark.slow]

COMPILE = """
import threading
from gateway.contracts import compiled
meeting, problems = threading.Barrier(12), []
def work():
    meeting.wait()
    try:
        compiled("foglio_congedo/destinazione.xsd")
        compiled("foglio_congedo/provenienza.xsd")
    except BaseException as error:
        problems.append(error)
threads = [threading.Thread(target=work) for _ in range(12)]
for thread in threads: thread.start()
for thread in threads: thread.join()
assert not problems, problems
"""


def test_threads_that_begin_together_all_get_their_schemas() -> None:
    running = [
        subprocess.Popen([sys.executable, "-c", COMPILE], stderr=subprocess.PIPE, text=True)
        for _ in range(8)
    ]
    said = [process.communicate(timeout=60)[1] for process in running]
    assert [process.returncode for process in running] == [0] * 8, said
