"""Alerts: sound rules, each seen to fire, and each with a word on what to do."""

from __future__ import annotations

import re
from pathlib import Path

import yaml

from tests.prometheus.promtool import promtool

ROOT = Path(__file__).parents[2]
ALERTS = ROOT / "manifests" / "myriad" / "alerts.yaml"
CASES = Path(__file__).with_name("alerts.yaml")
NAMES = [rule["alert"] for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def test_the_rules_are_sound() -> None:
    promtool("check", "rules", "--lint=all", "--lint-fatal", ALERTS)


def test_each_alert_fires_when_it_shall_and_none_while_all_is_well() -> None:
    promtool("test", "rules", CASES)
    cases = [one for test in yaml.safe_load(CASES.read_text())["tests"] for one in test.get("alert_rule_test", ())]
    assert {one["alertname"] for one in cases if one["exp_alerts"]} == set(NAMES)


def test_each_alert_is_documented_with_what_to_do() -> None:
    page = (ROOT / "docs" / "observability.md").read_text()
    assert re.findall(r"^\| `(Myriad\w+)` \| .+ \|$", page, re.MULTILINE) == NAMES
