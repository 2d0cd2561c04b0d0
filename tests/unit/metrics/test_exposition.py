"""What a scrape reads: every family, right numbers, and what can be had when something is away."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.metrics.catalogue import (
    ALARMS,
    ATTEMPTS,
    FAMILIES,
    READ_ERRORS,
    SECONDS,
    Family,
    Kind,
    Sample,
)
from gateway.metrics.exposition import Exposition, Group
from gateway.metrics.folder import Folder
from gateway.metrics.meter import Meter
from tests.support.stopwatch import Stopwatch

Found = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def read(exposition: Exposition) -> Found:
    """Return every sample by its name and labels."""
    text = exposition.render()[0].decode()
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "metrics", "here")


def test_every_family_is_there_before_anything_happens(folder: Folder) -> None:
    text = Exposition(folder, []).render()[0].decode()
    for family in FAMILIES:
        assert f"# TYPE {family.name} {family.kind.value}\n" in text
        assert f"# HELP {family.name} {family.help}\n" in text


def test_counters_and_histograms_are_shown_as_prometheus_wants_them(folder: Folder) -> None:
    meter = Meter(folder)
    meter.count(ATTEMPTS, "91", 'a "quoted"\nstate', amount=4)
    for value in (0.02, 0.02, 7.0):
        meter.observe(SECONDS, value, "in", "Get_Offerta")
    found = read(Exposition(folder, []))
    assert found[ATTEMPTS.name, (("state", 'a "quoted"\nstate'), ("university", "91"))] == 4
    labels = (("direction", "in"), ("operation", "Get_Offerta"))
    name = SECONDS.name

    def bucket(bound: str) -> float:
        return found[f"{name}_bucket", (labels[0], ("le", bound), labels[1])]

    assert [bucket(bound) for bound in ("0.01", "0.025", "5.0", "10.0", "+Inf")] == [0, 2, 2, 3, 3]
    assert found[f"{name}_count", labels] == 3
    assert found[f"{name}_sum", labels] == pytest.approx(7.04)


def test_what_an_older_program_counted_otherwise_is_left_out(folder: Folder) -> None:
    meter = Meter(folder)
    meter.count(Family(ATTEMPTS.name, Kind.COUNTER, "", ("university",)), "91")
    meter.count(Family("congedo_gone_total", Kind.COUNTER, ""))
    meter.count(Family(SECONDS.name, Kind.COUNTER, "", SECONDS.labels), "in", "Get_Offerta")
    assert read(Exposition(folder, [])) == {}


def counted(samples: Iterable[Sample]) -> tuple[list[int], Callable[[], Iterable[Sample]]]:
    """Return how often gauges were read, and the way to read them."""
    times: list[int] = []

    def reading() -> Iterable[Sample]:
        times.append(1)
        return samples

    return times, reading


def test_gauges_are_read_once_in_their_time(folder: Folder) -> None:
    clock = Stopwatch()
    times, reading = counted([Sample(ALARMS, 3, ("91", "kind"))])
    exposition = Exposition(folder, [Group("alarms", 5, reading)], monotonic=clock)
    for at, expected in ((0, 1), (4.9, 1), (5.0, 2), (6, 2)):
        clock.at = at
        found = read(exposition)
        assert found[ALARMS.name, (("kind", "kind"), ("university", "91"))] == 3
        assert len(times) == expected


def test_a_group_that_cannot_be_read_says_so_and_the_others_are_there(folder: Folder) -> None:
    def away() -> Iterable[Sample]:
        yield Sample(ALARMS, 1, ("91", "half"))
        raise OSError("secret")

    groups = [Group("bad", 5, away), Group("good", 5, lambda: [Sample(ALARMS, 2, ("91", "kind"))])]
    exposition = Exposition(folder, groups)
    found = read(exposition)
    assert found == {
        (ALARMS.name, (("kind", "kind"), ("university", "91"))): 2,
        (READ_ERRORS.name, (("group", "bad"),)): 1,
        (READ_ERRORS.name, (("group", "good"),)): 0,
    }
    assert b"secret" not in exposition.render()[0]


def test_a_client_that_speaks_openmetrics_gets_it(folder: Folder) -> None:
    Meter(folder).count(ATTEMPTS, "91", "delivered")
    exposition = Exposition(folder, [])
    text, media_type = exposition.render("application/openmetrics-text; version=1.0.0")
    assert media_type.startswith("application/openmetrics-text")
    assert text.endswith(b"# EOF\n")
    assert b'congedo_delivery_attempts_total{state="delivered",university="91"} 1.0' in text
    assert exposition.render()[1].startswith("text/plain")


def test_names_are_told_apart_and_have_the_form_of_their_kind() -> None:
    names = [family.name for family in FAMILIES]
    assert len(set(names)) == len(names)
    for family in FAMILIES:
        assert family.name.startswith("congedo_")
        assert family.name.endswith("_total") == (family.kind is Kind.COUNTER)
        assert list(family.buckets) == sorted(family.buckets)
        assert not {"id_pratica", "student", "codice_fiscale", "address"} & set(family.labels)
