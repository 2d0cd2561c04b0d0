"""The representation of an object never shows anybody's data: it ends in traces and messages."""

import collections.abc
import dataclasses
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import NewType, get_args, get_origin

import pytest

import gateway.domain
import gateway.usecases
from tests.support import marks

CODES = frozenset(
    """
    academic_year action address after archive_number attachment_id authorities authority body
    caller certificate change classe classification clause cleared_by client_id closed_for code
    command correlation course course_code course_enrolled course_name degree_type delivery_id
    destination destination_url digest diploma_type diplomas_url direction drop_pins
    drop_subjects erasmus event faculties faculty faculty_code faculty_detail faculty_name
    fiscal_code_claim id_pratica issuer kind language mail_id mark media_type message_id name_en
    notifies number operation operator origin origin_url other_info params partner password_hash
    path payment_url practice practice_prefix practices protocol_number query_id queues reason
    recipient reference regulation repeats schac scopes sections sector sectors sender sha256
    signing_certificate site source state states student_university subject subject_claim target
    target_code title_id titles_url token_username tolerated trouble university university_code
    url username username_in username_out value verification_id way web
    """.split()  # noqa: SIM905  a list of words is read as words
)
"""Fields that hold codes, numbers of a register, addresses: nobody is told by them alone."""
INSTITUTIONS = {
    ("University", "name"),
    ("Partner", "name"),
    ("Course", "name"),
    ("Course", "notes"),
    ("Actor", "name"),
    ("Check", "cleared_by"),
    ("Asker", "office"),
    ("TitleRegistry", "name"),
    ("IdentityProvider", "name"),
    ("IdentityProvider", "label"),
    ("IdentityProvider", "label_en"),
}
"""Names of universities, offices, registries and courses, and of those who work there."""
NAMES_OF_FIELDS = {
    ("Reply", "flaw"),
    ("Ending", "what"),
    ("FieldCheck", "name"),
    ("SecurityChange", "limits"),
}
"""Fields that hold the names of our own fields."""


def _modules(*packages: ModuleType) -> Iterator[ModuleType]:
    for package in packages:
        for item in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(item.name)


CLASSES = [
    kind
    for module in _modules(gateway.domain, gateway.usecases)
    for kind in vars(module).values()
    if inspect.isclass(kind)
    and dataclasses.is_dataclass(kind)
    and kind.__module__ == module.__name__
]


def telling(kind: object) -> bool:
    """Tell whether a field of this type holds words: text, bytes, or some of them."""
    if kind in (str, bytes) or isinstance(kind, NewType):
        return True
    if get_origin(kind) is collections.abc.Callable:
        return False
    return any(telling(part) for part in get_args(kind))


def shown(kind: type) -> Iterator[str]:
    """Yield the fields of words that the representation of a class shows."""
    instance = object.__new__(kind)
    fields = dataclasses.fields(kind)
    for field in fields:
        object.__setattr__(instance, field.name, None)
    empty = repr(instance)
    for field in fields:
        if telling(field.type):
            object.__setattr__(instance, field.name, marks.PERSON.surname)
            if repr(instance) != empty:
                yield field.name
            object.__setattr__(instance, field.name, None)


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_a_class_shows_codes_only(kind: type) -> None:
    """A field that may hold words about somebody is ``field(repr=False)``; a code is listed."""
    left = {
        name
        for name in shown(kind)
        if name not in CODES and (kind.__name__, name) not in INSTITUTIONS | NAMES_OF_FIELDS
    }
    assert left == set()


def test_there_are_classes_to_look_at() -> None:
    assert len(CLASSES) > 50


def test_a_class_that_shows_a_name_is_noticed() -> None:
    @dataclasses.dataclass(frozen=True)
    class Leaking:
        surname: str
        content: bytes = dataclasses.field(default=b"", repr=False)

    assert list(shown(Leaking)) == ["surname"]
