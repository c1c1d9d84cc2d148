"""Where a component is: addresses are taken as they are, a name is looked up by gRPC."""

from __future__ import annotations

import json
import re

import pytest

from mesh import targets


@pytest.mark.parametrize("target", ["127.0.0.1:1", "[::1]:1", "ipv4:127.0.0.1:1"])
def test_one_address_is_taken_as_it_is(target: str) -> None:
    assert targets.of(target, stays=False) == (target, ())


@pytest.mark.parametrize(
    ("target", "form"),
    [
        ("127.0.0.1:1, 127.0.0.2:1", r"ipv4:127\.0\.0\.[12]:1,127\.0\.0\.[12]:1"),
        ("[::1]:1,[::2]:1", r"ipv6:\[::[12]\]:1,\[::[12]\]:1"),
    ],
)
def test_several_addresses_are_in_an_order_by_chance(target: str, form: str) -> None:
    seen = {targets.of(target, stays=True)[0] for _ in range(50)}
    assert len(seen) == 2
    assert all(re.fullmatch(form, one) for one in seen)


@pytest.mark.parametrize(("stays", "policy"), [(True, "pick_first"), (False, "round_robin")])
def test_of_those_that_a_name_means_all_are_called_or_one_that_is_stayed_with(stays: bool, policy: str) -> None:
    target, options = targets.of("dlm.myriad.svc:9090", stays)
    assert target == "dns:///dlm.myriad.svc:9090"
    (chosen,) = json.loads(dict(options)["grpc.service_config"])["loadBalancingConfig"]
    assert list(chosen) == [policy]
