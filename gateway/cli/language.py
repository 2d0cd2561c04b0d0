"""In which language the command line speaks, settled once from arguments and environment."""

import os
import sys

from gateway.texts import Language, Text


def _chosen() -> Language:
    wanted = os.environ.get("CONGEDO_LANG", "")
    for before, argument in zip(sys.argv, sys.argv[1:], strict=False):
        if before == "--lang":
            wanted = argument
        elif argument.startswith("--lang="):
            wanted = argument.partition("=")[2]
    return Language.ENGLISH if wanted.lower().startswith("en") else Language.ITALIAN


LANGUAGE = _chosen()


def say(it: str, en: str, **params: str) -> str:
    """Return a sentence in the language of this run."""
    return Text(it, en).say(LANGUAGE, **params)
