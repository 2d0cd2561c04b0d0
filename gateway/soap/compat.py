"""Lets Spyne 2.14 run on Python 3.12 and 3.13. The package prepares it before anything of Spyne.

Spyne vendors an old ``six`` whose import hook has no ``find_spec`` (gone in 3.12) and imports
``cgi`` (gone in 3.13), of which it uses one function. Both are put in place under the names it
looks for. Delete this module when a Spyne that runs by itself is released.
"""

import importlib
import importlib.machinery
import sys
import types
from collections.abc import Sequence
from email.message import Message

import six

_VENDORED = "spyne.util.six"


class _VendoredSix:
    """Finds ``spyne.util.six`` and its submodules in the maintained ``six``."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Return a specification for the vendored names only."""
        if name == _VENDORED or name.startswith(f"{_VENDORED}."):
            return importlib.machinery.ModuleSpec(name, self)  # type: ignore[arg-type]
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        """Return the module of the maintained ``six``."""
        return importlib.import_module(spec.name.replace(_VENDORED, "six", 1))

    def exec_module(self, module: types.ModuleType) -> None:
        """Add Spyne's private addition to ``six``."""
        six.get_function_name = lambda function: function.__name__


def parse_header(line: str) -> tuple[str, dict[str, str]]:
    """Return the value and the parameters of a header, as ``cgi.parse_header`` did."""
    message = Message()
    message["content-type"] = line
    parameters = message.get_params(failobj=[])
    return (parameters[0][0] if parameters else ""), dict(parameters[1:])


def prepare() -> None:
    """Put in place what the running Python lacks; a second call does nothing."""
    if sys.version_info >= (3, 12) and not any(
        isinstance(finder, _VendoredSix) for finder in sys.meta_path
    ):
        sys.meta_path.insert(0, _VendoredSix())
    if sys.version_info >= (3, 13) and "cgi" not in sys.modules:
        cgi = types.ModuleType("cgi")
        cgi.parse_header = parse_header  # type: ignore[attr-defined]
        sys.modules["cgi"] = cgi
