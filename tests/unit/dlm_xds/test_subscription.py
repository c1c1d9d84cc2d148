"""Subscriptions: the rules of the xDS protocol, one by one."""

from __future__ import annotations

from dlm.xds.subscription import Subscription

THERE = ("a", "b")


def test_a_first_request_without_names_means_everything() -> None:
    assert Subscription([]).wanted(THERE) == {"a", "b"}


def test_a_star_means_everything() -> None:
    assert Subscription(["*"]).wanted(THERE) == {"a", "b"}


def test_names_mean_those_names() -> None:
    assert Subscription(["a", "c"]).wanted(THERE) == {"a"}


def test_naming_one_after_everything_keeps_everything() -> None:
    subscription = Subscription([])
    assert subscription.change(["a"], []) == {"a"}
    assert subscription.wanted(THERE) == {"a", "b"}


def test_giving_up_everything_keeps_the_names() -> None:
    subscription = Subscription([])
    subscription.change(["a"], [])
    subscription.change([], ["*"])
    assert subscription.wanted(THERE) == {"a"}


def test_once_names_were_given_none_left_means_nothing() -> None:
    subscription = Subscription(["a"])
    subscription.change([], ["a"])
    assert subscription.wanted(THERE) == set()
    assert subscription.change([], []) == set()
    assert subscription.wanted(THERE) == set()


def test_a_name_subscribed_to_again_is_due() -> None:
    assert Subscription(["a"]).change(["a"], []) == {"a"}


def test_a_name_given_up_while_everything_is_wanted_is_due() -> None:
    subscription = Subscription(["*", "a"])
    assert subscription.change([], ["a"]) == {"a"}
    assert subscription.wanted(THERE) == {"a", "b"}


def test_giving_up_what_was_never_wanted_changes_nothing() -> None:
    subscription = Subscription(["a"])
    assert subscription.change([], ["z"]) == set()
    assert subscription.wanted(THERE) == {"a"}
