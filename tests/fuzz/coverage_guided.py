"""Readers under a fuzzer that watches which branches are taken (atheris, installed by hand).

``python -m tests.fuzz.coverage_guided READER [options of libFuzzer]``: for instance
``foglio -max_total_time=600``. XML readers get whole documents, bent by our own mutations.
"""

import sys
import tempfile
from pathlib import Path
from random import Random

import atheris

with atheris.instrument_imports(include=["gateway"]):
    from tests.fuzz.readers import READERS

from lxml import etree

from tests.fuzz.mutations import Mutator, spoil


def main() -> None:
    """Fuzz the reader named until something breaks or the time is over."""
    name, options = sys.argv[1], sys.argv[2:]
    reader = READERS[name]
    folder = Path(tempfile.mkdtemp(prefix=f"fuzz-{name}-"))
    for number, content in enumerate(reader.sound):
        (folder / str(number)).write_bytes(content)

    def bend(content: bytes, most: int, seed: int) -> bytes:
        random = Random(seed)
        try:
            bent = Mutator(random, reader.sound).bend(content)
        except etree.XMLSyntaxError:
            bent = spoil(content or reader.sound[0], random)
        return bent[:most]

    def one(content: bytes) -> None:
        reader.try_one(content)

    words = {"custom_mutator": bend} if reader.is_xml else {}
    atheris.Setup([sys.argv[0], str(folder), *options], one, **words)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
