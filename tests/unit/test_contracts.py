"""The contracts, read from the descriptor image that Envoy and grpcurl get too, and what the code makes of them."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

import pytest
from google.api import annotations_pb2, field_behavior_pb2, field_info_pb2, resource_pb2
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorSet

from mesh.access import SPEAKERS
from mesh.identity import OPERATOR
from myriad.type.v1.access_pb2 import Role, callers, role
from myriad.type.v1.error_reason_pb2 import ErrorReason

ROOT = Path(__file__).parents[2]
COMPONENTS = ("agent_host", "connectome", "dlm", "gatekeeper", "genesis", "orchestrator", "synth")

NOT_BUILT_YET = set[str]()
"""RPCs of the contract that answer UNIMPLEMENTED. This list may only become shorter."""


class Rpc(NamedTuple):
    """A method of one of our services."""

    name: str
    method: str
    """Its path over gRPC."""
    request: str
    role: Role.ValueType
    verb: str
    path: str
    body: str
    client_streaming: bool
    server_streaming: bool
    callers: Sequence[str]
    """The components that may call it themselves."""


def image() -> FileDescriptorSet:
    return FileDescriptorSet.FromString((ROOT / "gen/myriad/myriad.binpb").read_bytes())


def rpcs() -> Iterator[Rpc]:
    for file in image().file:
        for service in file.service:
            for method in service.method:
                http = method.options.Extensions[annotations_pb2.http]
                verb = http.WhichOneof("pattern") or ""
                yield Rpc(
                    name=f"{service.name}.{method.name}",
                    method=f"/{file.package}.{service.name}/{method.name}",
                    request=method.input_type.removeprefix("."),
                    role=method.options.Extensions[role],
                    verb=verb,
                    path=getattr(http, verb) if verb else "",
                    body=http.body,
                    client_streaming=method.client_streaming,
                    server_streaming=method.server_streaming,
                    callers=method.options.Extensions[callers],
                )


def messages() -> Mapping[str, DescriptorProto]:
    found: dict[str, DescriptorProto] = {}

    def visit(prefix: str, message: DescriptorProto) -> None:
        found[f"{prefix}.{message.name}"] = message
        for nested in message.nested_type:
            visit(f"{prefix}.{message.name}", nested)

    for file in image().file:
        for message in file.message_type:
            visit(file.package, message)
    return found


RPCS = {rpc.name: rpc for rpc in rpcs()}
MESSAGES = messages()
ROUTES = [rpc for rpc in RPCS.values() if rpc.path]


def fields_below(message: str) -> Iterator[tuple[str, FieldDescriptorProto]]:
    """The fields of a message and of the messages of ours in it, by their full names."""
    for field in MESSAGES[message].field:
        yield f"{message}.{field.name}", field
        inner = field.type_name.removeprefix(".")
        if inner.startswith("myriad.") and inner in MESSAGES and not MESSAGES[inner].options.map_entry:
            yield from fields_below(inner)


def adapters(component: str) -> Iterator[Path]:
    """The files of a component that speak to others, with those of the mesh that it takes."""
    yield from ROOT.glob(f"{component}/adapters/*.py")
    wiring = (ROOT / component / "server.py").read_text()
    yield from (path for path in ROOT.glob("mesh/adapters/*.py") if f"mesh.adapters.{path.stem} " in wiring)


def variables(path: str) -> Iterator[tuple[str, str]]:
    """The variables of a path template and what they match."""
    for name, template in re.findall(r"{([^}=]+)(?:=([^}]+))?}", path):
        yield name, template or "*"


def segments(path: str) -> tuple[list[str], str]:
    """A path template as segments, variables replaced by what they match, and its custom verb."""
    plain = re.sub(r"{[^}=]+=([^}]+)}", r"\1", path)
    plain = re.sub(r"{[^}]+}", "*", plain)
    plain, _, verb = plain.partition(":")
    return plain.strip("/").split("/"), verb


def test_the_image_holds_what_the_transcoder_needs_for_error_details() -> None:
    assert {"google.rpc.ErrorInfo", "google.rpc.BadRequest", "google.rpc.RetryInfo"} <= MESSAGES.keys()


STREAMED = {
    "DocumentService.StreamLearn": Role.ROLE_TEACHER,
    "ArchiveService.ExportMind": Role.ROLE_ADMIN,
    "ArchiveService.ImportMind": Role.ROLE_ADMIN,
}
"""What is open over gRPC only, to whom."""


@pytest.mark.parametrize("rpc", RPCS.values(), ids=lambda rpc: rpc.name)
def test_what_is_open_over_rest_states_a_role_and_the_reverse(rpc: Rpc) -> None:
    if role := STREAMED.get(rpc.name):
        assert rpc.role == role
        assert not rpc.path
    else:
        assert bool(rpc.path) == (rpc.role != Role.ROLE_UNSPECIFIED)


@pytest.mark.parametrize("rpc", ROUTES, ids=lambda rpc: rpc.name)
def test_a_route_binds_fields_of_its_request(rpc: Rpc) -> None:
    fields = {field.name for field in MESSAGES[rpc.request].field}
    bound = {name for name, _ in variables(rpc.path)}
    inside = {name for name in bound if name == f"{rpc.body}.name"}  # of the resource that is sent (AIP-134)
    assert bound - inside <= fields
    assert rpc.path.startswith("/v1/")
    assert rpc.body in {"", "*"} | fields - bound
    assert (rpc.verb in ("post", "patch")) == (rpc.body != ""), "GET and DELETE have no body (AIP-127)"


@pytest.mark.parametrize("rpc", RPCS.values(), ids=lambda rpc: rpc.name)
def test_a_method_is_for_keys_or_for_the_components_whose_adapters_call_it(rpc: Rpc) -> None:
    service, _, method = rpc.name.partition(".")
    call = re.compile(rf"\b{service}Stub\b.*\.{method}\(", re.DOTALL)
    calling = {name for name in COMPONENTS if any(call.search(path.read_text()) for path in adapters(name))}
    if call.search((ROOT / "cli" / "supervisor" / "readiness.py").read_text()):
        calling.add(OPERATOR)
    speaking = {name for name, most in SPEAKERS.items() if rpc.role and rpc.role <= most} - set(rpc.callers)
    assert set(rpc.callers) == calling - speaking, "who calls for a key needs no leave of its own"
    assert rpc.role or rpc.callers


def test_no_two_routes_clash() -> None:
    for one, other in combinations(ROUTES, 2):
        (first, first_verb), (second, second_verb) = segments(one.path), segments(other.path)
        clash = (one.verb, first_verb, len(first)) == (other.verb, second_verb, len(second)) and all(
            a == b or "*" in (a, b) for a, b in zip(first, second, strict=True)
        )
        assert not clash, f"{one.name} and {other.name}"
        assert "**" not in first + second


def test_what_one_path_names_is_no_parameter_of_another() -> None:
    """Envoy passes over such a parameter, wherever it comes."""
    named = {name for rpc in ROUTES for name, _ in variables(rpc.path)}
    for rpc in (rpc for rpc in ROUTES if rpc.body != "*"):
        bound = {rpc.body, *(name for name, _ in variables(rpc.path))}
        assert not named & {field.name for field in MESSAGES[rpc.request].field} - bound, rpc.name


def test_every_field_that_a_client_can_send_says_how_it_behaves() -> None:
    """AIP-203."""
    requests = [rpc.request for rpc in RPCS.values() if rpc.role]
    silent = {
        name
        for request in requests
        for name, field in fields_below(request)
        if not field.options.Extensions[field_behavior_pb2.field_behavior]
    }
    assert not silent


FILES = {file.name: file for file in image().file}


def imported(name: str) -> set[str]:
    """A file of ours and all that it imports, and so on."""
    found, new = set[str](), {name}
    while new:
        found |= new
        new = {other for one in new for other in FILES[one].dependency if other.startswith("myriad/")} - found
    return found


PUBLIC = {
    name
    for name, file in FILES.items()
    for service in file.service
    if any(method.options.Extensions[role] for method in service.method)
}
"""Files with a method that a key may open."""


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_what_keys_may_call_and_all_that_it_imports_knows_no_internal_service(name: str) -> None:
    for other in imported(name):
        for service in FILES[other].service:
            assert all(method.options.Extensions[role] for method in service.method), f"{other}: {service.name}"


RESOURCES = {"mind", "minds", "document", "documents", "agent", "agents", "answer", "parent", "name"}
"""Fields of these names hold resource names; `documents` and `agents` may be messages as well."""
NAMES_OF_OTHERS = {"AmbiguousName", "Component", "Feature", "Reference"}
"""Messages whose `name` is no resource's."""


def test_every_field_that_holds_a_resources_name_says_of_which_kind() -> None:
    types = {
        message.options.Extensions[resource_pb2.resource].type
        for message in MESSAGES.values()
        if message.options.HasExtension(resource_pb2.resource)
    }
    assert types == {f"myriad.dev/{kind}" for kind in ("Agent", "Answer", "Document", "Job", "Key", "Mind", "Region")}
    for file in {other for name in PUBLIC for other in imported(name)}:
        for message in FILES[file].message_type:
            for field in message.field:
                if field.name not in RESOURCES or field.type != field.TYPE_STRING or message.name in NAMES_OF_OTHERS:
                    continue
                behaviour = field.options.Extensions[field_behavior_pb2.field_behavior]
                if field_behavior_pb2.IDENTIFIER not in behaviour:
                    reference = field.options.Extensions[resource_pb2.resource_reference]
                    assert (reference.type or reference.child_type) in types, f"{message.name}.{field.name}"


CLOSED = {"state", "trigger", "stage", "step", "stop", "cause", "reason", "role", "verdict", "format"}
"""Fields of these names take one of a closed set."""


def test_a_closed_set_is_an_enum() -> None:
    for file in {other for name in PUBLIC for other in imported(name)}:
        for message in FILES[file].message_type:
            for field in message.field:
                assert field.name not in CLOSED or field.type != field.TYPE_STRING, f"{message.name}.{field.name}"


@pytest.mark.parametrize("rpc", [rpc for rpc in RPCS.values() if ".Create" in rpc.name], ids=lambda rpc: rpc.name)
def test_what_creates_takes_the_resource_and_may_be_repeated(rpc: Rpc) -> None:
    """AIP-133 and AIP-155."""
    fields = {field.name: field for field in MESSAGES[rpc.request].field}
    assert fields[rpc.body].type_name.endswith(f".{rpc.name.partition('.Create')[2]}")
    info = fields["request_id"].options.Extensions[field_info_pb2.field_info]
    assert info.format == field_info_pb2.FieldInfo.UUID4


def sources() -> Iterator[tuple[Path, ast.Module]]:
    for folder in (*COMPONENTS, "mesh", "substrate", "cli"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield path, ast.parse(path.read_text())


def reasons_in(tree: ast.Module) -> Iterator[str]:
    """Reasons as the code names them: members of the enum, and names compared with or given as a `reason`."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name.startswith("ERROR_REASON_"):
                yield name.removeprefix("ERROR_REASON_")
            case ast.keyword(arg="reason", value=ast.Constant(value=str(name))):
                yield name
            case ast.Compare(left=ast.Attribute(attr="reason"), comparators=[right]):
                yield from (str(one.value) for one in ast.walk(right) if isinstance(one, ast.Constant))


def test_every_reason_in_the_code_is_in_the_contract() -> None:
    known = {name.removeprefix("ERROR_REASON_") for name in ErrorReason.keys()}
    for path, tree in sources():
        assert set(reasons_in(tree)) <= known | {""}, path


def servicers() -> Iterator[tuple[str, str, ast.AsyncFunctionDef]]:
    """The methods of all servicers: service, method, code."""
    services = {name.partition(".")[0] for name in RPCS}
    for _, tree in sources():
        for node in ast.walk(tree):
            if not isinstance(node, ast.ClassDef):
                continue
            for base in node.bases:
                service = ast.unparse(base).rpartition(".")[2].removesuffix("Servicer")
                if service in services:
                    yield from (
                        (service, method.name, method)
                        for method in node.body
                        if isinstance(method, ast.AsyncFunctionDef)
                    )


def says_not_built(method: ast.AsyncFunctionDef) -> bool:
    """Whether the method's first statement says that it is not built."""
    match method.body[0]:
        case ast.Raise(exc=ast.Call(func=ast.Name(id="NotImplementedYet"), args=[ast.Constant(value=name)])):
            assert name == method.name
            return True
    return False


def test_the_list_of_rpcs_that_are_not_built_is_true() -> None:
    built = {
        f"{service}.{method}": not says_not_built(code)
        for service, method, code in servicers()
        if f"{service}.{method}" in RPCS
    }
    assert built.keys() == RPCS.keys()
    assert {name for name, is_built in built.items() if not is_built} == NOT_BUILT_YET


def test_no_method_is_served_by_two_components() -> None:
    served = Counter(f"{service}.{method}" for service, method, _ in servicers())
    assert {name for name in RPCS if served[name] != 1} == set()
