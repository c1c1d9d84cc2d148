"""Access: what a certificate opens, and what a key opens for which Envoy calls."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesh.access import (
    KEY_HEADER,
    MINDS_HEADER,
    ROLE_HEADER,
    Caller,
    CallerRefused,
    KeyAbsent,
    MindNotFound,
    MindRequired,
    RoleTooLow,
    Rule,
    rules,
)
from mesh.errors import InvalidField
from mesh.identity import ENVOY, ORCHESTRATOR
from myriad.connectome.v1 import activation_service_pb2, mind_service_pb2
from myriad.type.v1.access_pb2 import Role

HEADERS = st.dictionaries(st.sampled_from([KEY_HEADER, ROLE_HEADER, MINDS_HEADER, "x-other"]), st.text())
ROLES = [Role.ROLE_UNSPECIFIED, Role.ROLE_READER, Role.ROLE_TEACHER, Role.ROLE_ADMIN]
METHOD = "/p.S/M"


def reader(*minds: str) -> Caller:
    return Caller("k", Role.ROLE_READER, frozenset(minds))


@given(HEADERS)
def test_half_an_identity_opens_nothing_and_none_is_no_key(headers: dict[str, str]) -> None:
    caller = Caller.of(ENVOY, headers)
    refusal = RoleTooLow if KEY_HEADER in headers or ROLE_HEADER in headers else KeyAbsent
    with pytest.raises(refusal):
        Rule(Role.ROLE_UNSPECIFIED).admit(caller, METHOD)
    if refusal is KeyAbsent:
        with pytest.raises(KeyAbsent):
            Rule(Role.ROLE_READER).admit(caller, METHOD)


@given(HEADERS, st.text())
def test_a_mind_that_is_given_out_is_one_of_the_callers(headers: dict[str, str], name: str) -> None:
    caller = Caller.of(ENVOY, headers)
    with suppress(MindRequired, MindNotFound, InvalidField):
        assert caller.may_see(caller.mind(name))


@given(st.text().filter(lambda text: text not in Role.keys()))
def test_an_unknown_role_opens_nothing(text: str) -> None:
    caller = Caller.of(ENVOY, {KEY_HEADER: "k", ROLE_HEADER: text, MINDS_HEADER: "*"})
    for least in ROLES:
        with pytest.raises(RoleTooLow):
            Rule(least).admit(caller, METHOD)


@pytest.mark.parametrize("least", ROLES)
@pytest.mark.parametrize("given_role", ROLES)
def test_a_role_opens_what_needs_it_or_less_and_nothing_internal(
    given_role: Role.ValueType, least: Role.ValueType
) -> None:
    caller = Caller("k", given_role, frozenset({"*"}), ENVOY)
    rule = Rule(least, frozenset({"genesis"}))
    if least and given_role >= least:
        rule.admit(caller, METHOD)
    else:
        with pytest.raises(RoleTooLow):
            rule.admit(caller, METHOD)


@pytest.mark.parametrize("component", ["genesis", "dlm", "operator", ""])
@given(HEADERS)
def test_the_headers_of_a_key_mean_something_from_speakers_alone(component: str, headers: dict[str, str]) -> None:
    assert Caller.of(component, headers) == Caller.inside(component)


@pytest.mark.parametrize("role", [Role.ROLE_READER, Role.ROLE_TEACHER])
def test_the_orchestrator_speaks_for_the_key_that_asked_it(role: Role.ValueType) -> None:
    asked = Caller("k", role, frozenset({"minds/a", "minds/b"}), ENVOY)
    heard = Caller.of(ORCHESTRATOR, dict(asked.headers()))
    assert (heard.key, heard.role, heard.minds) == (asked.key, asked.role, asked.minds)
    Rule(Role.ROLE_READER).admit(heard, METHOD)
    with pytest.raises(MindNotFound):
        heard.mind("c")


def test_the_orchestrator_speaks_for_an_admin_as_for_a_teacher() -> None:
    heard = Caller.of(ORCHESTRATOR, dict(Caller("k", Role.ROLE_ADMIN, frozenset({"*"}), ENVOY).headers()))
    Rule(Role.ROLE_TEACHER).admit(heard, METHOD)
    with pytest.raises(RoleTooLow):
        Rule(Role.ROLE_ADMIN).admit(heard, METHOD)


@given(HEADERS)
def test_the_orchestrator_for_itself_opens_nothing_that_is_for_keys(headers: dict[str, str]) -> None:
    caller = Caller.of(ORCHESTRATOR, headers)
    refusal = RoleTooLow if KEY_HEADER in headers or ROLE_HEADER in headers else CallerRefused
    with pytest.raises(refusal):
        Rule(Role.ROLE_READER).admit(caller, METHOD)


def test_the_only_mind_of_a_key_need_not_be_named() -> None:
    assert reader("minds/a").mind("") == "minds/a"


@pytest.mark.parametrize("caller", [reader("minds/a", "minds/b"), reader("*"), reader(), Caller.inside()])
def test_a_mind_is_named_where_there_could_be_several(caller: Caller) -> None:
    with pytest.raises(MindRequired, match=r"^metadata\.mind: name one") as caught:
        caller.mind("", "metadata.mind")
    assert caught.value.metadata["field"] == "metadata.mind"


def test_another_mind_and_a_missing_one_look_the_same() -> None:
    errors = []
    for name in ("other", "missing"):
        with pytest.raises(MindNotFound) as caught:
            reader("minds/a").mind(name)
        errors.append(caught.value.message.replace(name, "…"))
    assert errors[0] == errors[1]


def test_minds_come_as_a_list_without_empty_entries() -> None:
    headers = {KEY_HEADER: "k", ROLE_HEADER: "ROLE_ADMIN", MINDS_HEADER: "minds/a,,minds/b"}
    assert Caller.of(ENVOY, headers).minds == {"minds/a", "minds/b"}
    assert Caller.of(ENVOY, {**headers, MINDS_HEADER: ""}).minds == frozenset()


def test_rules_are_those_of_the_contract() -> None:
    services = [
        mind_service_pb2.DESCRIPTOR.services_by_name["MindService"],
        activation_service_pb2.DESCRIPTOR.services_by_name["ActivationService"],
    ]
    stated = rules(services)
    assert stated["/myriad.connectome.v1.MindService/DeleteMind"].role == Role.ROLE_ADMIN
    assert stated["/myriad.connectome.v1.MindService/GetMind"].role == Role.ROLE_READER
    assert stated["/myriad.connectome.v1.ActivationService/Activate"].role == Role.ROLE_UNSPECIFIED
