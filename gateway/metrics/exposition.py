"""The numbers as Prometheus reads them: counted ones from all processes, gauges read just now.

Gauges come in groups. Each is read at most once in its time, by one thread, whoever asks; one that
cannot be read (the database is away) is missing, and says so, while the others are there.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from gateway.logs import get_logger
from gateway.metrics.catalogue import COUNTED, READ, READ_ERRORS, Family, Kind, Sample
from gateway.metrics.folder import Folder
from gateway.metrics.meter import read_name

_log = get_logger(__name__)

Labels = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Gauges that are read together, and for how many seconds what was read is good."""

    name: str
    seconds: float
    read: Callable[[], Iterable[Sample]]


class _Remembered:
    """A group, read when it is asked for and old."""

    def __init__(self, group: Group, monotonic: Callable[[], float]) -> None:
        self._group = group
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._at: float | None = None
        self._samples: Sequence[Sample] = ()

    def samples(self) -> Sequence[Sample]:
        """Return the samples of the group, and whether they could be read."""
        with self._lock:
            now = self._monotonic()
            if self._at is None or now - self._at >= self._group.seconds:
                self._samples = self._read()
                self._at = self._monotonic()
            return self._samples

    def _read(self) -> Sequence[Sample]:
        name = self._group.name
        try:
            found = [*self._group.read(), Sample(READ_ERRORS, 0, (name,))]
        except Exception as error:  # noqa: BLE001  a scrape shows what can be had
            _log.warning("gauges_failed", group=name, trouble=type(error).__name__)
            found = [Sample(READ_ERRORS, 1, (name,))]
        return found


class Exposition(Collector):
    """All metrics of an installation."""

    def __init__(
        self,
        folder: Folder,
        groups: Iterable[Group],
        *,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._groups = [_Remembered(group, monotonic) for group in groups]
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)

    def render(self, accept: str = "") -> tuple[bytes, str]:
        """Return the text for a client that accepts ``accept``, and its media type."""
        encode, media_type = choose_encoder(accept)
        return encode(self._registry), media_type

    def describe(self) -> Iterable[Metric]:
        """Return nothing: names are checked by a test, not at each start."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """Return every family, those without samples too."""
        sums: dict[str, dict[Labels, list[float]]] = {}
        for name, values in self._folder.sums().items():
            metric, labels = read_name(name)
            sums.setdefault(metric, {})[labels] = values
        for family in COUNTED:
            yield _counted(family, sums.get(family.name, {}))
        gauges: dict[str, dict[Labels, float]] = {}
        for group in self._groups:
            for sample in group.samples():
                gauges.setdefault(sample.family.name, {})[sample.labels] = sample.value
        for family in READ:
            yield _gauge(family, gauges.get(family.name, {}))


def _counted(family: Family, series: dict[Labels, list[float]]) -> Metric:
    """Return a counter or a histogram; series of another form of the program are left out."""
    made: CounterMetricFamily | HistogramMetricFamily
    if family.kind is Kind.COUNTER:
        made = CounterMetricFamily(family.name, family.help, labels=family.labels)
        for labels, values in sorted(series.items()):
            if len(labels) == len(family.labels) and len(values) == 1:
                made.add_metric(labels, values[0])
        return made
    made = HistogramMetricFamily(family.name, family.help, labels=family.labels)
    bounds = [*map(str, family.buckets), "+Inf"]
    for labels, values in sorted(series.items()):
        if len(labels) == len(family.labels) and len(values) == len(bounds) + 1:
            counts = accumulate(values[:-1])
            made.add_metric(labels, list(zip(bounds, counts, strict=True)), values[-1])
    return made


def _gauge(family: Family, series: dict[Labels, float]) -> Metric:
    made = GaugeMetricFamily(family.name, family.help, labels=family.labels)
    for labels, value in sorted(series.items()):
        made.add_metric(labels, value)
    return made
