"""The program with bugs in it: what is named in ``SABOTAGE`` fails while the file named exists.

``python -m tests.support.sabotaged FILE MODULE:FUNCTION,… WORDS…`` runs ``congedo WORDS…``. The
bugs are of the worst kind: their texts, their causes and their variables are full of somebody.
"""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateway.cli.app import main
from tests.support import marks


def faulty(original: Callable[..., Any], switch: Path) -> Callable[..., Any]:
    """Return a function that does what the original does until it is switched to fail."""

    def call(*args: Any, **named: Any) -> Any:
        if not switch.exists():
            return original(*args, **named)
        surname, everything = marks.PERSON.surname, " ".join(marks.MARKS.values())
        try:
            return {}[marks.PERSON.codice_fiscale]
        except KeyError as error:
            error.add_note(f"about {surname}")
            message = f"invalid literal for int() with base 10: {everything!r}"
            raise ValueError(message, everything) from error

    return call


def sabotage(switch: Path, targets: list[str]) -> None:
    """Put faulty functions in place of those named."""
    for target in targets:
        module, _, name = target.partition(":")
        found = importlib.import_module(module)
        setattr(found, name, faulty(getattr(found, name), switch))


if __name__ == "__main__":
    sabotage(Path(sys.argv[1]), sys.argv[2].split(","))
    sys.argv[1:] = sys.argv[3:]
    main()
