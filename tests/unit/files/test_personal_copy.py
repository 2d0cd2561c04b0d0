"""The copy for the data subject tells who was told what, lookups included."""

import json
from pathlib import Path

import pytest

from gateway.domain.identifiers import CodiceFiscale
from gateway.files.personal_copy import DATA, SUMMARY, CopyHead, write_copy
from gateway.usecases.privacy_ports import PersonalCopy
from tests.support.clock import START

PERSON = CodiceFiscale("XXXXXX00A00Q000X")


@pytest.mark.parametrize(("result", "told"), [("accepted", 1), ("refused", 0)])
def test_a_lookup_that_was_answered_is_a_disclosure(tmp_path: Path, result: str, told: int) -> None:
    message = {
        "direction": "in",
        "operation": "ricercaDatiTitoliUniversitari",
        "result": result,
        "began_at": START.isoformat(),
        "partner": "91",
        "id_pratica": None,
    }
    copy = PersonalCopy({"messages": [message]})
    write_copy(tmp_path / "copia", copy, CopyHead("Ateneo", PERSON, START))
    data = json.loads((tmp_path / "copia" / DATA).read_text("utf-8"))
    assert len(data["disclosures"]) == told
    lines = (tmp_path / "copia" / SUMMARY).read_text("utf-8").splitlines()
    said = [line for line in lines if line.endswith("all'ateneo 91, ricercaDatiTitoliUniversitari")]
    assert len(said) == told
