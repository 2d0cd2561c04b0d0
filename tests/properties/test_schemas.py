"""Two validators, one verdict: libxml2 judges as ``xmlschema`` does, whatever the document.

Ours is ``lxml``; a partner may use any other. A value on which validators differ would be accepted
by one university and refused by the next.
"""

from collections.abc import Callable
from functools import lru_cache

import pytest
import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from gateway.contracts import ICT4U, POLIJ, compiled, schema_path
from gateway.demo.sample import Request, foglio

pytestmark = [pytest.mark.contract, pytest.mark.requirement("T12")]

XS = "{http://www.w3.org/2001/XMLSchema}"
DOCUMENT = "foglio_congedo/documento.xsd"
SAMPLE = foglio(
    Request(
        exams=3,
        attachments=(("DOC1", "programma.pdf"), ("DOC2", "piano.pdf")),
        notes="nessuna",
        test_passed="SI",
    )
)
NAMES = sorted({str(item.tag) for item in etree.fromstring(SAMPLE).iter()} | {"Altro", "Note"})
EDGES = (
    *("", " ", "0", "-0", "1", "9", "10", "17", "18", "30", "31", "-1", "+5", "1.", ".5", "1.50"),
    *("1.500", "007", "1e3", "99999999.99", "99999999.991", "999999", "1000000", "9" * 30, "INF"),
    *("1900-01-01", "1899-12-31", "2026-02-28", "2026-02-29", "2024-02-29", "2026-13-01"),
    *("2026-9-1", "20260921", "21/09/2026", "2026-09-21Z", "2026-09-21+02:00", " 2026-09-21 "),
    *("12026-09-21", "-2026-09-21", "0000-01-01", "9999-12-31", "2026-09-21T00:00:00"),
    *("SI", "NO", "si", " SI ", "S I", "M", "F", "a" * 40, "a" * 41, "a" * 100, "a" * 101),
    *("a" * 255, "a" * 256, "a" * 4000, "a" * 4001, "à" * 40, "à" * 41, "𝄞" * 40, "𝄞" * 41),
    *("a  b", "a\tb", "a\nb", " a ", "a\u00a0b", "x@y", "x@@y", "@", "a b@c", "à@b.it"),
    *("a@" + "b" * 252, "a@" + "b" * 253, "+39 000 0000000", "+", "00", "000", "abc", "12/B"),
    *("91", "016", "00000", "ABCDE", "ABCDEF", "~" * 64, "!" * 65, "é", "2026", "1899", "2100"),
    *("QTTFLL03D57Q001X", "qttfll03d57q001x", "MAT/05", "MATH-01/A", "MATH-1/A", "XXXX-99/Z"),
    *("EE", "TN", "ZZ", "38122", "3-8", "f" * 64, "F" * 64, "f" * 63, "<&>", "\ufffd", "a\u200bb"),
    *("http://a.example/?x=1&y=2", "http://è.example/", "mailto:x@y", "urn:x", "a b"),
    *("http://" + "a" * 493, "http://" + "a" * 494, "CORSO", "ESAME", "application/pdf", "L2"),
)
"""Values at and around the limits of the types."""

NUMBERS = ("ImportoType", "PunteggioType")
DIFFERENT = {
    "a no-break space alone": ("\u00a0", ("CodiceType", "TestoBreveType", "TestoType")),
    "an em space alone": ("\u2003", ("CodiceType", "TestoBreveType", "TestoType")),
    "a blank within a number": ("20 26", NUMBERS),
    "digits of another script": ("\u0663\u0663\u0663", ("NumeroType",)),
    "thirty decimals, all zero": ("0." + "0" * 30, ("CfuType", "VotoType", *NUMBERS)),
    "an address with a half escape": ("http://a.example/%", ("UriType",)),
    "an address with two fragments": ("#a#b", ("UriType",)),
    "an address with an open bracket": ("http://[", ("UriType",)),
    "a moment, read as a scheme": ("2026-09-21T00:00:00", ("UriType",)),
    "a day with its zone, read as a scheme": ("2026-09-21+02:00", ("UriType",)),
}
"""Values on which the validators differ, and the types of the foglio that let them."""


@lru_cache
def second_opinion() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(schema_path(DOCUMENT)), allow="local")


def verdicts(document: etree._Element) -> tuple[bool, bool]:
    """Return what both validators say of a document, as it would travel."""
    root = etree.fromstring(etree.tostring(document, with_tail=False))
    return compiled(DOCUMENT).validate(root), second_opinion().is_valid(root)


Mutation = Callable[[list[etree._Element], int, int, str, str], None]


def delete(all_of: list[etree._Element], one: int, _: int, name: str, text: str) -> None:
    parent = all_of[one].getparent()
    if parent is not None:
        parent.remove(all_of[one])


def duplicate(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    copied = etree.fromstring(etree.tostring(all_of[one], with_tail=False))
    if all_of[one].getparent() is not None:
        all_of[one].addnext(copied)


def rename(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    all_of[one].tag = name


def move(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    moved, target = all_of[one], all_of[other]
    if moved not in (target, *target.iterancestors()) and target.getparent() is not None:
        target.addnext(moved)


def nest(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    moved, target = all_of[one], all_of[other]
    if moved not in (target, *target.iterancestors()):
        target.append(moved)


def write(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    leaves = [element for element in all_of if not len(element)]
    leaves[one % len(leaves)].text = text


def stray(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    parents = [element for element in all_of if len(element)]
    if other % 2:
        all_of[one].tail = text
    else:
        parents[one % len(parents)].text = text


def mark(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    all_of[one].set(("classificazione", "descrizione", "id")[other % 3], text)


def qualify(all_of: list[etree._Element], one: int, other: int, name: str, text: str) -> None:
    all_of[one].tag = f"{{{POLIJ}}}{etree.QName(all_of[one]).localname}"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [delete, duplicate, rename, move, nest, write, write, stray, mark, qualify]
        ),
        st.integers(0, 10_000),
        st.integers(0, 10_000),
        st.sampled_from(NAMES),
        st.sampled_from(EDGES),
    ),
    min_size=1,
    max_size=3,
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(steps=STEPS)
def test_a_mutated_foglio_is_judged_alike(
    steps: list[tuple[Mutation, int, int, str, str]],
) -> None:
    root = etree.fromstring(SAMPLE, etree.XMLParser(remove_blank_text=True))
    for mutate, one, other, name, text in steps:
        all_of = list(root.iter())
        mutate(all_of, one % len(all_of), other % len(all_of), name, text)
    ours, theirs = verdicts(root)
    assert ours == theirs


def test_the_sample_itself_is_valid_to_both() -> None:
    assert verdicts(etree.fromstring(SAMPLE)) == (True, True)


@lru_cache
def judges(file: str) -> tuple[tuple[str, ...], Callable[[str, str], tuple[bool, bool]]]:
    """Return the simple types of a schema, and what both validators say of a value of each."""
    path = schema_path(f"foglio_congedo/{file}")
    names = tuple(
        str(item.get("name"))
        for item in etree.parse(path).getroot().iterchildren(f"{XS}simpleType")
    )
    namespace = ICT4U if file == "esiti.xsd" else POLIJ
    elements = "".join(f'<xs:element name="{name}" type="p:{name}"/>' for name in names)
    text = (
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:p="{namespace}">'
        f'<xs:import namespace="{namespace}" schemaLocation="{path.as_uri()}"/>{elements}'
        "</xs:schema>"
    )
    one, other = etree.XMLSchema(etree.fromstring(text)), xmlschema.XMLSchema(text)

    def judge(name: str, value: str) -> tuple[bool, bool]:
        element = etree.Element(name)
        element.text = value
        element = etree.fromstring(etree.tostring(element))
        return one.validate(element), other.is_valid(element)

    return names, judge


@pytest.mark.parametrize("file", ["foglio_congedo.xsd", "comuni.xsd", "esiti.xsd"])
def test_every_type_judges_the_values_at_its_limits_alike(file: str) -> None:
    names, judge = judges(file)
    known = {(name, value) for value, types in DIFFERENT.values() for name in types}
    differing = [
        (name, value)
        for name in names
        for value in EDGES
        if len(set(judge(name, value))) > 1 and (name, value) not in known
    ]
    assert not differing


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param(name, value, id=f"{name}: {what}")
        for what, (value, types) in DIFFERENT.items()
        for name in types
    ],
)
def test_a_type_leaves_nothing_to_the_validator(name: str, value: str) -> None:
    ours, theirs = judges("foglio_congedo.xsd")[1](name, value)
    assert ours == theirs
