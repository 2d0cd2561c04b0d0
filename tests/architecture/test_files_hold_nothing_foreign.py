"""No file tells where it was written, from where its parts came, or of a real person."""

import re
from hashlib import sha256

import pytest
from stdnum.it import codicefiscale

from gateway.demo.people import FIORELLA, numbered
from tests.architecture.repository import PRODUCT, texts

WORKPLACE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+)/")
TEMPORARY = re.compile(r"(?<![\w.])/(?:var/)?tmp\b")
REGISTRY = re.compile(
    r"pypi\.(?:org|python)|pythonhosted\.org|npmjs\.(?:org|com)|https?://[^\s\"']*/simple\b"
    r"|(?<!emit-)\bindex-url\s*[= ]\s*\S*://"
)
MADE_BY = re.compile(r"(?i:auto-?generated b[y]|generated b[y] |language mode[l]s?)|\bA[I]\b")
NAMES = frozenset(
    [
        "c857d09db23e",
        "60965168ce76",
        "3ea125d0bff3",
        "c70eca6b0f88",
        "7d3194f79e64",
        "5d72436256ad",
        "57de4cf40144",
        "fc5a1047f591",
        "920510199770",
    ]
)
"""Names of programs that write programs, by digest: they are not to be read here either."""

CODICE_FISCALE = re.compile(
    r"(?<![A-Z0-9])[A-Z]{6}[0-9LMNPQRSTUV]{2}[ABCDEHLMPRST][0-9LMNPQRSTUV]{2}"
    r"([A-Z])[0-9LMNPQRSTUV]{3}[A-Z](?![A-Z0-9])",
    re.IGNORECASE,
)


def lines_with(pattern: re.Pattern[str], *folders: str) -> list[str]:
    """Return where a pattern is found, in the folders named or everywhere."""
    return [
        f"{name}:{number}"
        for name, text in texts().items()
        if not folders or name.partition("/")[0] in folders
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def digest(word: str) -> str:
    """Return the digest by which a word is known here."""
    return sha256(word.lower().encode()).hexdigest()[:12]


def test_no_file_names_the_place_where_it_was_written() -> None:
    assert lines_with(WORKPLACE) == []


def test_the_product_writes_to_no_temporary_folder_by_name() -> None:
    assert lines_with(TEMPORARY, *PRODUCT) == []


def test_no_file_holds_the_address_of_a_package_registry() -> None:
    assert lines_with(REGISTRY) == []


def test_no_file_tells_how_it_was_made() -> None:
    assert lines_with(MADE_BY) == []
    named = [
        name
        for name, text in texts().items()
        if not name.startswith("requirements")
        and any(digest(word) in NAMES for word in set(re.findall(r"[A-Za-z]{5,10}", text)))
    ]
    assert named == []


def test_every_codice_fiscale_has_a_birth_place_that_does_not_exist() -> None:
    """Invented people are born in ``Q``: towns have the letters A to M, states Z."""
    possible = {
        f"{name}: {found.group()}"
        for name, text in texts().items()
        for found in CODICE_FISCALE.finditer(text)
        if found.group(1).upper() != "Q"
    }
    assert possible == set()


@pytest.mark.parametrize("person", [FIORELLA, *(numbered(number) for number in range(40))])
def test_invented_people_have_well_formed_codes_born_nowhere(person: object) -> None:
    code = person.codice_fiscale  # type: ignore[attr-defined]
    assert codicefiscale.is_valid(code)
    assert CODICE_FISCALE.fullmatch(code).group(1) == "Q"  # type: ignore[union-attr]
