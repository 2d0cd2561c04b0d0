"""One screen for the operator."""

from pathlib import Path

from gateway import __version__
from tests.support.cli import Office
from tests.support.cli_english import English
from tests.support.cli_pair import Pair, ready, sent
from tests.support.metrics import Metrics

INSTALLATION = {
    "version", "database", "database_mb", "free_mb", "nodes", "silent_nodes", "jobs",
    "last_backup", "last_backup_file", "universities",
}  # fmt: skip
UNIVERSITY = {
    "university", "waiting", "retrying", "sending", "parked", "late", "oldest", "alarms",
    "in_day", "in_day_failed", "out_day", "out_day_failed",
}  # fmt: skip


def test_it_says_what_goes_on(pair: Pair, english: English) -> None:
    sent(pair)
    found = pair.origin.done("status")
    assert set(found) == INSTALLATION
    assert found["version"] == __version__
    assert found["database"].startswith("sqlite m")
    assert found["last_backup"] is None
    assert found["nodes"] == []
    (row,) = found["universities"]
    assert set(row) == UNIVERSITY
    assert (row["university"], row["waiting"], row["parked"]) == ("91", 0, 0)
    assert (row["in_day"], row["out_day"], row["out_day_failed"]) == (0, 2, 0)
    assert "ultima copia" in pair.origin.say("status").out
    assert "last copy" in english.say(pair.origin, "status").out


def test_it_says_what_waits_and_what_failed(pair: Pair) -> None:
    practice = ready(pair)
    pair.origin.done("partner", "set", "92", "--destination-url", "http://nessuno/soap")
    pair.origin.done("transfer", "send", practice)
    pair.carry()
    found = pair.origin.done("status")
    (row,) = found["universities"]
    assert (row["waiting"], row["retrying"], row["out_day_failed"]) == (1, 1, 1)
    assert row["oldest"]
    assert found["jobs"] >= 1


def test_a_copy_is_remembered(office: Office, tmp_path: Path) -> None:
    office.done("db", "backup", str(tmp_path / "copy.db"))
    found = office.done("status")
    assert found["last_backup_file"] == str(tmp_path / "copy.db")
    assert found["last_backup"].startswith("20")
    assert "copy.db" in office.say("status").out
    (office.home / "last-backup.json").write_text("{damaged", "utf-8")
    assert office.done("status")["last_backup"] is None


def test_the_tables_are_counted_when_asked_for(office: Office) -> None:
    assert "tables" not in office.done("status")
    tables = {row["table"]: row["rows"] for row in office.done("status", "--storage")["tables"]}
    assert tables["partners"] == 1
    assert tables["messages"] == 0
    assert "partners" in office.say("status", "--storage").out


def test_many_universities_are_a_table(office: Office) -> None:
    office.done("university", "add", "93", "--name", "Roccasole", "--prefix", "UNIROC")
    assert [row["university"] for row in office.done("status")["universities"]] == ["91", "93"]
    assert "93" in office.say("status").out


def test_the_metrics_are_written_as_they_are_served(pair: Pair) -> None:
    sent(pair)
    found = Metrics(pair.origin.say("metrics").out)
    assert found.get("congedo_build_info", version=__version__) == 1
    assert found.get("congedo_practices", side="origin", state="trasferita") == 1
    assert "congedo_build_info" in pair.origin.done("metrics")["metrics"]
