"""Files that offices give: missing, unreadable, or not what they should be."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.demo.sample import foglio_element
from tests.support.cli import UNUSABLE, Office
from tests.support.cli_english import English
from tests.support.cli_pair import the_request, write_foglio

COMMANDS_WITH_A_FILE = [
    ("transfer", "draft", "FILE"),
    ("transfer", "attach", "X", "FILE", "--id", "D1", "--until", "2030-01-01"),
    ("transfer", "received", "decide", "X", "FILE"),
    ("offer", "import", "FILE"),
    ("offer", "admit", "FILE", "--course", "X"),
    ("preflight", "FILE"),
]


@pytest.mark.parametrize("words", COMMANDS_WITH_A_FILE, ids=" ".join)
@pytest.mark.parametrize("what", ["missing", "folder"])
def test_a_file_that_cannot_be_read_is_named_and_nothing_is_refused(
    office: Office, tmp_path: Path, words: tuple[str, ...], what: str
) -> None:
    file = tmp_path / "manca.xml" if what == "missing" else tmp_path
    said = office.say(*(str(file) if word == "FILE" else word for word in words))
    assert said.status == UNUSABLE
    assert said.err.startswith("Errore:")
    assert str(file) in said.err.replace("\n", "")
    assert said.out == ""


def test_a_missing_file_is_told_in_italian(office: Office, tmp_path: Path) -> None:
    said = office.say("transfer", "draft", str(tmp_path / "manca.xml"))
    assert "Errno" not in said.err
    assert "No such file" not in said.err


def test_a_missing_file_is_told_to_programs_as_json(office: Office, tmp_path: Path) -> None:
    said = office.ask("transfer", "draft", str(tmp_path / "manca.xml"))
    assert said.status == UNUSABLE
    assert said.data["ok"] is False


NO_FOGLIO = {
    "not XML": ("f.xml", b"non sono XML", "XML"),
    "cut off": ("f.xml", b"<FoglioCongedo><Trasferimento>", "XML"),
    "empty": ("f.xml", b"", "XML"),
    "binary": ("f.xml", bytes(range(256)), "XML"),
    "lying about its encoding": ("f.xml", b'<?xml version="1.0" encoding="utf-16"?><a/>', "XML"),
    "another document": ("f.xml", b"<altro/>", "FoglioCongedo"),
    "with a DTD": (
        "f.xml",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><FoglioCongedo>&b;</FoglioCongedo>",
        "DTD",
    ),
    "not JSON": ("f.json", b"{", "JSON"),
    "a JSON list": ("f.json", b"[1]", "JSON"),
    "JSON in another encoding": ("f.json", b'{"a": "\xe8"}', "JSON"),
}


@pytest.mark.parametrize("kind", NO_FOGLIO)
@pytest.mark.parametrize("command", ["draft", "preflight"])
def test_what_is_no_foglio_is_refused_with_what_it_is_not(
    office: Office, tmp_path: Path, command: str, kind: str
) -> None:
    name, content, path = NO_FOGLIO[kind]
    (tmp_path / name).write_bytes(content)
    words = {"draft": ("transfer", "draft"), "preflight": ("preflight",)}[command]
    data = office.ask(*words, str(tmp_path / name)).data
    (reason,) = data["reasons" if command == "draft" else "faults"]
    assert (reason["cause"], reason["path"]) == ("not_a_document", path)
    assert office.done("transfer", "list") == []


def as_json(element: Any) -> Any:
    """Return an element as JSON has it: lists where names repeat, attributes with @."""
    content: dict[str, Any] = {f"@{name}": value for name, value in element.attrib.items()}
    for child in element:
        content.setdefault(child.tag, []).append(as_json(child))
    found = {
        name: value[0] if isinstance(value, list) and len(value) == 1 else value
        for name, value in content.items()
    }
    if found and len(element) == 0:
        found["$"] = element.text
    return found or element.text


def test_a_foglio_in_json_makes_the_same_draft(office: Office, tmp_path: Path) -> None:
    element = foglio_element(the_request())
    (tmp_path / "f.json").write_text(json.dumps({"FoglioCongedo": as_json(element)}), "utf-8")
    made = [
        office.done("transfer", "draft", file)["id_pratica"]
        for file in (write_foglio(tmp_path), str(tmp_path / "f.json"))
    ]
    one, two = (office.done("transfer", "show", practice) for practice in made)
    assert sorted(one["sections"]) == sorted(two["sections"])
    for name in ("state", "destination", "course", "academic_year"):
        assert one[name] == two[name]


def test_a_foglio_in_json_that_lacks_something_names_it(office: Office, tmp_path: Path) -> None:
    (tmp_path / "f.json").write_text('{"FoglioCongedo": {"Trasferimento": {}}}', "utf-8")
    causes = office.refused("transfer", "draft", str(tmp_path / "f.json"))
    assert "element_missing" in causes


def test_a_foglio_with_faults_is_refused_with_every_place(
    office: Office, tmp_path: Path, english: English
) -> None:
    file = Path(write_foglio(tmp_path))
    text = file.read_text("utf-8")
    text = text.replace(">SUPERATO<", ">PROMOSSO<", 1).replace(">MAT/05<", ">MAT/99<", 1)
    text = text.replace("<Sesso>F</Sesso>", "<Sesso>X</Sesso>")
    file.write_text(text, "utf-8")
    said = office.ask("transfer", "draft", str(file))
    assert said.causes == ["code_unknown", "code_unknown", "code_unknown"]
    exam = "FoglioCongedo/CarrieraUniversitaria/Tratta[1]/EsamiSuperatiOFrequentati/Esame[1]"
    assert [reason["path"] for reason in said.data["reasons"]] == [
        "FoglioCongedo/DatiIdentificativiStudente/Sesso",
        f"{exam}/Esito",
        f"{exam}/Dettaglio/SSD",
    ]
    told = english.say(office, "transfer", "draft", str(file))
    assert f"code not in its list ({exam}/Esito)" in told.out.replace("\n", " ")


def test_what_is_not_xml_is_told_with_its_line(office: Office, tmp_path: Path) -> None:
    (tmp_path / "f.xml").write_text("<FoglioCongedo>\n<a>\n</b>\n</FoglioCongedo>", "utf-8")
    assert "riga 3" in office.say("transfer", "draft", str(tmp_path / "f.xml")).out


@pytest.mark.parametrize(
    "words",
    [("offer", "import", "FILE"), ("transfer", "received", "decide", "X", "FILE")],
    ids=["courses", "decision"],
)
def test_a_file_of_another_kind_is_not_called_a_foglio(
    office: Office, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"\xe8\xff")
    said = office.say(*(str(file) if word == "FILE" else word for word in words))
    assert "foglio di congedo" not in said.out


def test_a_list_of_admitted_in_another_encoding_is_refused(office: Office, tmp_path: Path) -> None:
    (tmp_path / "ammessi.txt").write_bytes(b"\xe8\n")
    office.refused("offer", "admit", str(tmp_path / "ammessi.txt"), "--course", "1")
