"""The rules for Prometheus speak of metrics that exist; each has its page in the runbook."""

import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

import pytest
import yaml

from tests.architecture.repository import ROOT
from tests.support.databases import SqliteMaker
from tests.support.metrics import scraped
from tests.support.transfers import Steps

pytestmark = pytest.mark.integration

FILE = ROOT / "docs" / "alerts.yml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
RULES: list[dict[str, Any]] = [rule for group in DOCUMENT["groups"] for rule in group["rules"]]
NAMES = [rule["alert"] for rule in RULES]

_METRIC = re.compile(r"\bcongedo_\w+")
_STRING = re.compile(r'"[^"]*"')
_LABELLED = re.compile(r"(congedo_\w+)\{([^}]*)\}")
_LABEL = re.compile(r"(\w+)\s*(?:=~|!~|!=|=)")


def anchors() -> set[str]:
    """Return the anchors of the operations guide, as they are made of its headings."""
    found = set()
    for line in (ROOT / "docs" / "operations.md").read_text("utf-8").splitlines():
        if line.startswith("#"):
            heading = re.sub(r"[^\w\- ]", "", line.lstrip("#").strip().lower())
            found.add(heading.replace(" ", "-"))
    return found


def test_the_file_has_the_form_that_prometheus_reads() -> None:
    assert set(DOCUMENT) == {"groups"}
    for group in DOCUMENT["groups"]:
        assert set(group) == {"name", "rules"}
    assert len(set(NAMES)) == len(NAMES) > 10


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_rule_is_whole_and_speaks_two_languages(rule: dict[str, Any]) -> None:
    assert set(rule) <= {"alert", "expr", "for", "labels", "annotations"}
    assert rule["expr"].strip()
    assert re.fullmatch(r"\d+[mh]", rule.get("for", "0m"))
    assert rule["labels"]["severity"] in {"page", "ticket"}
    notes = rule["annotations"]
    assert set(notes) == {"summary_it", "summary_en", "runbook_it", "runbook_en"}
    assert notes["summary_it"] != notes["summary_en"]
    blanks = [set(re.findall(r"\{\{.*?\}\}", notes[f"summary_{lang}"])) for lang in ("it", "en")]
    assert blanks[0] == blanks[1]


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_every_rule_has_its_page_in_both_languages(rule: dict[str, Any]) -> None:
    known = anchors()
    for language, word in (("it", "allarme"), ("en", "alert")):
        page, _, anchor = rule["annotations"][f"runbook_{language}"].partition("#")
        assert page == "docs/operations.md"
        assert anchor == f"{word}-{rule['alert'].lower()}"
        assert anchor in known


def test_every_metric_and_every_label_of_a_rule_exists(
    make_steps: Callable[..., Steps], sqlite: SqliteMaker
) -> None:
    steps = make_steps(sqlite)
    steps.sent()
    found = scraped(steps.world.network.hosts["origin"])
    exposed = found.names()
    for rule in RULES:
        named = set(_METRIC.findall(_STRING.sub("", rule["expr"])))
        assert named <= exposed, rule["alert"]
        for metric, terms in _LABELLED.findall(rule["expr"]):
            for labels in found.labels(metric)[:1]:
                assert set(_LABEL.findall(_STRING.sub('""', terms))) <= set(labels)


def promtool() -> str:
    """Return Prometheus' own tool, where it is installed."""
    found = shutil.which("promtool")
    if found is None:
        pytest.skip("promtool is not installed (Debian: apt-get install prometheus)")
    return found


def test_prometheus_itself_accepts_the_rules() -> None:
    ended = subprocess.run(
        [promtool(), "check", "rules", str(FILE)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr


CASES = Template((ROOT / "tests" / "support" / "alert_cases.yml").read_text("utf-8"))


def annotations(alert: str, **values: str) -> str:
    """Return the annotations of a rule as Prometheus fills them in."""
    (rule,) = (rule for rule in RULES if rule["alert"] == alert)
    filled = {}
    for name, text in rule["annotations"].items():
        for blank, value in values.items():
            text = text.replace("{{ $labels." + blank + " }}", value)  # noqa: PLW2901
            text = text.replace("{{ $" + blank + " }}", value)  # noqa: PLW2901
        filled[name] = text
    return ", ".join(f'{name}: "{text}"' for name, text in filled.items())


def test_rules_fire_when_they_should_and_not_before(tmp_path: Path) -> None:
    tool = promtool()
    cases = CASES.substitute(
        file=FILE,
        nothing=annotations("CongedoNothingSent"),
        parked=annotations("CongedoDeliveriesParked", university="91", value="2"),
        failing=annotations("CongedoPartnerFailing", partner="92"),
    )
    (tmp_path / "cases.yml").write_text(cases, "utf-8")
    ended = subprocess.run(
        [tool, "test", "rules", str(tmp_path / "cases.yml")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
