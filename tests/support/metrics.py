"""The metrics of an installation as tests read them."""

from collections.abc import Mapping
from dataclasses import dataclass

from prometheus_client.parser import text_string_to_metric_families
from werkzeug.test import Client

from gateway.bootstrap import Installation
from tests.support.network import Application


@dataclass(frozen=True)
class Metrics:
    """What one scrape brought."""

    text: str

    def get(self, name: str, **labels: str) -> float:
        """Return the sum of the samples of a metric that have these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def names(self) -> set[str]:
        """Return the names under which samples of a family may stand."""
        found = set()
        for line in self.text.splitlines():
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split()
                endings = ("_bucket", "_count", "_sum") if kind == "histogram" else ("",)
                found |= {name + ending for ending in endings}
        return found

    def labels(self, name: str) -> list[Mapping[str, str]]:
        """Return the labels of every sample of a metric."""
        return [
            sample.labels
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
            if sample.name == name
        ]


def scraped(application: Application) -> Metrics:
    """Return what an application answers at ``/metrics``."""
    answer = Client(application).get("/metrics", environ_overrides={"REMOTE_ADDR": "127.0.0.1"})
    assert answer.status_code == 200, answer.get_data()
    return Metrics(answer.get_data(as_text=True))


def rendered(installation: Installation) -> Metrics:
    """Return the metrics of an installation, with nothing remembered."""
    installation.__dict__.pop("exposition", None)
    return Metrics(installation.exposition.render()[0].decode())
