"""What the rate limit service is told, and what Envoy asks it."""

from __future__ import annotations

import pytest
import yaml
from envoy.extensions.filters.network.http_connection_manager.v3.http_connection_manager_pb2 import HttpFilter

from dlm.xds import clusters, filters
from dlm.xds.program import program
from mesh import rates
from scripts.write_rates import FILE, configuration
from tests.edge import rate_limit


def test_its_file_is_current() -> None:
    assert FILE.read_text(encoding="utf-8") == configuration(), "run: make generate"


def test_it_knows_every_rate_that_a_key_may_have() -> None:
    limits = {
        one["value"]: each["rate_limit"]
        for one in yaml.safe_load(configuration())["descriptors"]
        for each in one["descriptors"]
    }
    assert limits == {str(rate): {"unit": "minute", "requests_per_unit": rate} for rate in rates.PER_MINUTE}


def test_the_chart_s_image_is_of_the_version_that_is_tested() -> None:
    values = yaml.safe_load(FILE.with_name("values.yaml").read_text(encoding="utf-8"))
    assert rate_limit.PINNED.rpartition("-")[2].startswith(values["rateLimit"]["image"].rpartition(":")[2])


def names(chain: list[HttpFilter]) -> list[str]:
    return [one.name for one in chain]


def test_without_a_service_envoy_is_told_of_none() -> None:
    alone, shared = (names(filters.chain(1.0, 1, shared_rates=there)) for there in (False, True))
    assert [name for name in shared if name not in alone] == ["shared_rate_headers", "shared_rate_limit"]
    assert [name for name in shared if name in alone] == alone


@pytest.mark.parametrize("targets", [(), ("rates.example:8081",)])
def test_there_is_a_cluster_of_it_where_there_is_one(targets: tuple[str, ...]) -> None:
    told = program(
        listen="127.0.0.1:1", secrets="/tls", targets={clusters.RATES: targets}, rate_per_second=1.0, max_body_bytes=1
    )
    (*found,) = (one for one in told if getattr(one, "name", "") == clusters.RATES)
    assert len(found) == len(targets)
