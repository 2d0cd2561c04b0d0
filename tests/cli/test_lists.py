"""Lists of requests: what they are narrowed by, and whom they never name."""

from tests.support.cli import Office
from tests.support.cli_pair import CODICE_FISCALE, Pair, confirmed, drafted, sent


def test_requests_are_listed_by_state_and_student(pair: Pair) -> None:
    first, second = drafted(pair), confirmed(pair)
    rows = pair.origin.done("transfer", "list")
    assert [row["id_pratica"] for row in rows] == [second, first]
    assert all(
        set(row) == {"id_pratica", "state", "destination", "course", "career_due"} for row in rows
    )
    (row,) = pair.origin.done("transfer", "list", "--state", "presentata")
    assert row["id_pratica"] == second
    assert len(pair.origin.done("transfer", "list", "--limit", "1")) == 1
    assert len(pair.origin.done("transfer", "list", "--student", CODICE_FISCALE.lower())) == 2
    assert pair.origin.done("transfer", "list", "--student", "QTTFLL03D57Q999A") == []


def test_a_codice_fiscale_out_of_form_is_refused_without_being_repeated(office: Office) -> None:
    assert office.refused("transfer", "list", "--student", "QTTFLL03") == ["codice_fiscale_invalid"]
    said = office.say("transfer", "list", "--student", "QTTFLL03")
    assert "QTTFLL03" not in said.out + said.err


def test_lists_name_no_student(pair: Pair) -> None:
    sent(pair)
    for office, words in (
        (pair.origin, ("transfer", "list")),
        (pair.destination, ("transfer", "received", "list")),
        (pair.origin, ("journal", "list")),
        (pair.origin, ("delivery", "list")),
    ):
        said = office.say(*words)
        assert CODICE_FISCALE not in said.out
        assert "Quattrocchi" not in said.out
