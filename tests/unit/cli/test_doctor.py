"""What `myriad doctor` says of the way to a Myriad, where what is there is none, or none that can be reached."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from cli.doctor import command, forms, whole
from cli.doctor.check import Check, Finding, Pace, State, Visit, ok, run, wrong
from cli.doctor.checks import LOCAL, REMOTE
from cli.doctor.command import app
from cli.state import Endpoint
from cli.supervisor.ports import free
from mesh.identity import AUTHORITY, CERTIFICATE
from mesh.identity import KEY as KEY_FILE
from tests import identities

KEY = "myr_secret"


def found(url: str, authority: str = "") -> dict[str, Finding]:
    """The worst finding of each check."""
    visit = Visit(Endpoint(url, KEY, authority=authority))
    order = (State.WRONG, State.WARNING, State.SKIPPED, State.OK)
    results = {one.name: min(one.findings, key=lambda each: order.index(each.state)) for one in run(REMOTE, visit)}
    assert list(results) == [check.name for check in REMOTE]
    return results


def first_wrong(url: str, authority: str = "") -> tuple[str, Finding]:
    """The only check that found something wrong, after which all else was skipped."""
    results = found(url, authority)
    ((name, finding),) = ((name, one) for name, one in results.items() if one.state is State.WRONG)
    after = list(results)[list(results).index(name) + 1 :]
    assert finding.means
    assert finding.todo
    assert all(
        results[one] == Finding(State.SKIPPED, f"not looked at, see {name}") for one in after if one != "proxies"
    )
    return name, finding


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A port at which `serve` gets each connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    threading.Thread(target=one, args=(connection,), daemon=True).start()

        def one(connection: socket.socket) -> None:
            with connection, suppress(OSError):
                serve(connection)

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1]


class Other(BaseHTTPRequestHandler):
    """A program that has nothing to do with Myriad."""

    server_version = "Other/1.0"

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(f"<html>{self.headers.get('authorization')}".encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def served(handler: type[BaseHTTPRequestHandler]) -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


def certificate(folder: Path, days: float, name: str = "127.0.0.1") -> Path:
    """A certificate that signs itself and ends after so many days, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    with suppress(ValueError):
        alternative: x509.GeneralName = x509.DNSName(name)
        alternative = x509.IPAddress(ip_address(name))
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([alternative]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "both.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(private + made.public_bytes(Encoding.PEM))
    return file


@contextmanager
def tls(file: Path) -> Iterator[int]:
    """A server that is no Myriad and shows a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with served(Other) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        yield server.server_address[1]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ftp://127.0.0.1", "is no http:// or https:// URL"),
        ("127.0.0.1:8080", "is no http:// or https:// URL"),
        ("http://", "is no http:// or https:// URL"),
        ("http://127.0.0.1:70000", "is no URL"),
        ("http://[::1", "is no URL"),
        ("http://127.0.0.1:0", "is no http:// or https:// URL"),
    ],
)
def test_what_is_no_url_is_said_so(url: str, says: str) -> None:
    name, finding = first_wrong(url)
    assert (name, says in finding.says) == ("URL", True)


def test_a_password_in_the_url_is_warned_of_and_not_shown() -> None:
    finding = found("http://anne:hush@127.0.0.1:1/?token=hush")["URL"]
    assert finding.state is State.WARNING
    assert "hush" not in str(finding)


def test_plain_http_to_another_machine_is_warned_of() -> None:
    results = {one.name: one.findings[0] for one in run(REMOTE[:1], Visit(Endpoint("http://myriad.example", KEY)))}
    assert "plain HTTP to another machine" in results["URL"].says


def test_a_name_that_nobody_knows_is_said_so() -> None:
    name, finding = first_wrong("http://no-such-host.invalid:8080")
    assert name == "name"
    assert "no-such-host.invalid cannot be resolved" in finding.says


def test_a_port_at_which_nobody_listens_is_said_so() -> None:
    [port] = free(1)
    name, finding = first_wrong(f"http://127.0.0.1:{port}")
    assert (name, finding.says) == ("connection", f"nobody listens on port {port} of 127.0.0.1")


def test_a_program_that_is_no_myriad_is_said_so_and_gets_no_key() -> None:
    with served(Other) as server:
        name, finding = first_wrong(f"http://127.0.0.1:{server.server_address[1]}")
    assert name == "Myriad"
    assert finding.says.startswith("what answers is no Myriad: HTTP 200 from 'Other/1.0")


@pytest.mark.parametrize(
    "serve",
    [
        lambda connection: connection.sendall(b"220 mail.example ESMTP\r\n"),
        lambda connection: (connection.recv(9_999), connection.sendall(b"\x00\xff" * 50_000)),
        lambda connection: connection.recv(9_999),
        lambda connection: (connection.recv(9_999), connection.sendall(b"HTTP/1.1 200 OK\r\n" + b"a: b\r\n" * 5_000)),
    ],
    ids=["mail", "noise", "hangs up", "headers without end"],
)
def test_what_speaks_no_http_is_said_so(serve: Callable[[socket.socket], None]) -> None:
    with listening(serve) as port:
        assert first_wrong(f"http://127.0.0.1:{port}")[0] == "Myriad"


def hangs(connection: socket.socket) -> None:
    time.sleep(20)


def drips(connection: socket.socket) -> None:
    while True:
        connection.sendall(b"H")
        time.sleep(0.2)


@pytest.mark.parametrize("serve", [hangs, drips])
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_what_never_answers_costs_few_seconds(serve: Callable[[socket.socket], None], scheme: str) -> None:
    began = time.monotonic()
    with listening(serve) as port:
        name, _ = first_wrong(f"{scheme}://127.0.0.1:{port}")
    assert name == ("Myriad" if scheme == "http" else "certificate")
    assert time.monotonic() - began < 10


@pytest.mark.parametrize(
    ("days", "of", "says"),
    [
        (-1.0, "127.0.0.1", "the certificate has expired"),
        (90.0, "elsewhere.example", "the certificate is not for 127.0.0.1"),
        (90.0, "127.0.0.2", "the certificate is not for 127.0.0.1"),
    ],
)
def test_a_certificate_that_clients_refuse_is_said_with_why(tmp_path: Path, days: float, of: str, says: str) -> None:
    file = certificate(tmp_path, days, of)
    with tls(file) as port:
        name, finding = first_wrong(f"https://127.0.0.1:{port}", str(file))
    assert (name, finding.says) == ("certificate", says)


def test_an_authority_that_is_not_known_is_said_with_the_variable_that_names_it(tmp_path: Path) -> None:
    with tls(certificate(tmp_path, 90)) as port:
        name, finding = first_wrong(f"https://127.0.0.1:{port}")
    assert name == "certificate"
    assert "another authority than any that this system knows" in finding.says
    assert "MYRIAD_CA" in finding.todo


def test_a_certificate_that_ends_soon_is_warned_of(tmp_path: Path) -> None:
    file = certificate(tmp_path, 3.5)
    with tls(file) as port:
        finding = found(f"https://127.0.0.1:{port}", str(file))["certificate"]
    assert (finding.state, finding.says[:31]) == (State.WARNING, "the certificate ends in 3 days,")


def test_an_authority_s_file_that_cannot_be_read_is_said_so(tmp_path: Path) -> None:
    with tls(certificate(tmp_path, 90)) as port:
        name, finding = first_wrong(f"https://127.0.0.1:{port}", str(tmp_path / "nowhere"))
    assert name == "certificate"
    assert "MYRIAD_CA" in finding.says


def test_http_and_https_taken_for_each_other_are_said_so(tmp_path: Path) -> None:
    with served(Other) as server:
        name, finding = first_wrong(f"https://127.0.0.1:{server.server_address[1]}")
    assert (name, "http://" in finding.todo) == ("certificate", True)
    with tls(certificate(tmp_path, 90)) as port:
        name, finding = first_wrong(f"http://127.0.0.1:{port}")
    assert (name, finding.says) == ("Myriad", "it speaks TLS")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_port_that_is_a_component_s_own_is_said_to_be_no_edge(scheme: str) -> None:
    identities.identity("gatekeeper")
    own = identities.folder() / "gatekeeper"
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=own / AUTHORITY)
    context.load_cert_chain(own / CERTIFICATE, own / KEY_FILE)
    context.verify_mode = ssl.CERT_REQUIRED
    with served(Other) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        port = server.server_address[1]
        _, finding = first_wrong(f"{scheme}://127.0.0.1:{port}", str(own / AUTHORITY) if scheme == "https" else "")
    assert finding.says == f"this is not the edge: on port {port} is the component gatekeeper"


def test_a_proxy_for_the_world_that_catches_this_machine_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "no_proxy", "NO_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    assert found("http://127.0.0.1:1")["proxies"].state is State.OK
    monkeypatch.setenv("HTTP_PROXY", "http://me:hush@proxy.example:3128")
    finding = found("http://127.0.0.1:1")["proxies"]
    assert finding.state is State.WARNING
    assert "http://proxy.example:3128" in finding.says
    assert "hush" not in str(finding)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    assert found("http://127.0.0.1:1")["proxies"].state is State.OK


def test_a_check_is_skipped_with_the_one_that_makes_it_meaningless_and_others_go_on() -> None:
    checks = [
        Check("a", lambda _: wrong("x", "y", "z")),
        Check("b", lambda _: ok("well"), ("a",)),
        Check("c", lambda _: ok("well"), ("b",)),
        Check("d", lambda _: ok("well")),
    ]
    said = [one.findings[0].says for one in run(checks, Visit(Endpoint("", "")))]
    assert said == ["x", "not looked at, see a", "not looked at, see a", "well"]


def fleet(**states: str) -> dict[str, object]:
    return {"components": [{"name": name.partition("_")[0], "state": state} for name, state in states.items()]}


def test_what_a_silent_component_answers_is_not_looked_at_and_what_a_replica_of_it_answers_is() -> None:
    visit = Visit(
        Endpoint("", ""), fleet=fleet(synth="STATE_UNREACHABLE", dlm="STATE_UNREACHABLE", dlm_2="STATE_SERVING")
    )
    checks = [
        Check("components", whole.components),
        Check("question", lambda _: ok("well"), asks=("orchestrator", "synth")),
        Check("stream", lambda _: ok("well"), needs=("question",)),
        Check("woken", lambda _: ok("well"), asks=("dlm",)),
        Check("MCP", lambda _: ok("well"), asks=("orchestrator",)),
    ]
    said = {one.name: one.findings[0].says for one in run(checks, visit)}
    assert said.pop("components") == "synth does not answer"
    see = "not looked at, see components"
    assert said == {"question": see, "stream": see, "woken": "well", "MCP": "well"}


@pytest.mark.parametrize(
    ("status", "says"), [(200, "REST works and gRPC does not ("), (503, "the orchestrator answers neither gRPC (")]
)
def test_that_rest_works_where_grpc_does_not_is_said_only_once_rest_was_asked(status: int, says: str) -> None:
    class Speaks(Other):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

    with served(Speaks) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        finding = forms.over_grpc(Visit(Endpoint(url, KEY), parts=urlsplit(url)))
    assert (finding.state, finding.says[: len(says)]) == (State.WRONG, says)


def test_when_the_time_is_over_the_rest_is_skipped() -> None:
    (result,) = run([Check("a", lambda _: ok("well"))], Visit(Endpoint("", ""), ends=time.monotonic() - 1))
    assert result.findings[0].state is State.SKIPPED


def step(name: str, took: str, at: float) -> tuple[float, dict[str, object]]:
    return at, {"step": {"step": f"STEP_{name}", "duration": took}}


def test_a_step_that_takes_longer_than_is_normal_is_named_with_what_it_may_be() -> None:
    visit = Visit(Endpoint("", ""))
    visit.events = [step("ACTIVATE", "0.010s", 0.02), step("ASK", "2s", 2.1), (2.2, {"answer": {}})]
    (slow,) = forms.times(visit)
    assert (slow.state, "the step ask took 2.0 s" in slow.says) == (State.WARNING, True)
    visit.events = [step("ACTIVATE", "0.010s", 1.0), (1.1, {"answer": {}})]
    (slow,) = forms.times(visit)
    assert "1.1 s of 1.1 s were not spent on the answer" in slow.says


def paced(*paces: tuple[float, bool]) -> Finding:
    visit = Visit(Endpoint("", ""))
    visit.events = [step("ACTIVATE", "0.010s", 0.02), step("ASK", "0.3s", 0.32), (0.33, {"answer": {}})]
    visit.paces = [Pace(worked, together) for worked, together in paces]
    return forms.stream(visit)


def test_a_stream_is_kept_back_only_if_it_came_at_once_at_every_try_and_took_long_enough_to_tell() -> None:
    assert "all at once" in paced((0.3, True), (0.02, True), (0.3, True)).says
    assert "as they happen" in paced((0.3, True), (0.3, True), (0.3, False)).says
    fast = paced((0.2, True), (0.02, True), (0.02, True))
    assert (fast.state, fast.says[:5]) == (State.OK, "fast:")


@pytest.mark.parametrize(("pause", "says"), [(0.0, "all at once"), (0.15, "as they happen")])
def test_how_a_stream_came_is_told_by_when_its_events_came(pause: float, says: str) -> None:
    class Speaks(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"documents": [{"title": "Ob"}]}')

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            self.send_response(200)
            self.end_headers()
            events: list[dict[str, object]] = [
                step("ACTIVATE", "0.01s", 0)[1],
                step("ASK", "0.3s", 0)[1],
                {"answer": {}},
            ]
            for event in events:
                self.wfile.write(b"data: " + json.dumps(event).encode() + b"\n\n")
                time.sleep(pause)

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

    with served(Speaks) as server:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        visit = Visit(Endpoint(url, KEY), mind="rivers", parts=urlsplit(url))
        assert forms.question(visit).state is State.OK
    assert says in forms.stream(visit).says


def doctor(*arguments: str, **environment: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, list(arguments), env={"MYRIAD_URL": "", "MYRIAD_API_KEY": "", **environment})
    return done.exit_code, done.output


def test_of_a_folder_whose_myriad_was_stopped_that_is_all_that_is_said_with_how_to_start_it(tmp_path: Path) -> None:
    code, said = doctor("--data", str(tmp_path))
    assert code == 1
    assert f"`myriad up --data {tmp_path}` starts it again" in " ".join(said.split())
    assert "URL" not in said


def test_the_key_of_the_environment_goes_before_the_folder_s_and_which_is_used_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "endpoint.json").write_text(json.dumps({"url": "http://x", "api_key": KEY, "pid": os.getpid()}))
    monkeypatch.delenv("MYRIAD_API_KEY", raising=False)
    visit = command._visit("", "", tmp_path)
    assert (visit.endpoint.api_key, visit.key_is) == (KEY, "the one that `myriad up` left")
    monkeypatch.setenv("MYRIAD_API_KEY", "mine")
    visit = command._visit("", "", tmp_path)
    assert (visit.endpoint.api_key, visit.key_is) == ("mine", "the one in MYRIAD_API_KEY")


def test_a_url_without_a_key_has_the_one_that_is_known_here_as_for_all_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".myriad").mkdir()
    known = {"url": "http://x", "api_key": KEY, "pid": os.getpid()}
    (tmp_path / ".myriad" / "endpoint.json").write_text(json.dumps(known))
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MYRIAD_API_KEY", raising=False)
    for url, key in (("http://x", KEY), ("http://another", "")):
        monkeypatch.setenv("MYRIAD_URL", url)
        endpoint = command._visit("", "", None).endpoint
        assert (endpoint.url, endpoint.api_key) == (url, key)


# The folder of a `myriad up`


def test_a_component_s_log_is_named_by_the_file_of_its_process_and_only_where_it_runs_on_the_folder(
    tmp_path: Path,
) -> None:
    url = "http://127.0.0.1:8080"
    (tmp_path / "endpoint.json").write_text(json.dumps({"url": url, "api_key": KEY, "pid": os.getpid()}))
    away = fleet(synth="STATE_UNREACHABLE", genesis="STATE_UNREACHABLE")

    def todo(url: str, has_folder: bool) -> list[str]:
        visit = Visit(Endpoint(url, KEY), folder=tmp_path, has_folder=has_folder, fleet=away)
        return [one.todo.partition("its log says why")[2] for one in whole.components(visit)]

    assert todo(url, True) == ["", ""], "no file is named that is not there"
    logs = tmp_path.resolve() / "logs"
    logs.mkdir()
    (logs / "mind.log").touch()
    (logs / "genesis.log").touch()
    assert todo(url, True) == [f": {logs / 'mind.log'}", f": {logs / 'genesis.log'}"]
    assert todo(url, False) == todo("http://elsewhere.example", True) == ["", ""]


def here(folder: Path) -> dict[str, Finding]:
    visit = Visit(Endpoint("", ""), folder=folder, has_folder=True)
    return {one.name: one.findings[0] for one in run(LOCAL, visit)}


def test_a_myriad_that_was_killed_is_told_from_one_that_was_stopped(tmp_path: Path) -> None:
    assert here(tmp_path)["process"].state is State.WARNING
    with listening(lambda _: None) as port:
        (tmp_path / "endpoint.json").write_text(f'{{"url": "http://127.0.0.1:{port}", "pid": {os.getpid()}}}')
        taken = here(tmp_path)["process"]
    assert "another program has its port" in taken.says
    gone = here(tmp_path)["process"]
    assert (gone.state, "gone without a word" in gone.says) == (State.WRONG, True)


@pytest.mark.parametrize("left", ["", "[]", "{}", '{"url": 7}', '{"url": "http://[::1"}', "\x00"])
def test_whatever_was_left_behind_is_no_reason_to_fail(tmp_path: Path, left: str) -> None:
    (tmp_path / "endpoint.json").write_text(left)
    assert here(tmp_path)["process"].state is State.WRONG


def test_a_key_that_others_can_read_is_wrong(tmp_path: Path) -> None:
    key = tmp_path / "admin.key"
    key.write_text(KEY)
    key.chmod(0o600)
    assert here(tmp_path)["secrets"].state is State.OK
    key.chmod(0o640)
    finding = here(tmp_path)["secrets"]
    assert (finding.state, str(key) in finding.todo) == (State.WRONG, True)
    assert KEY not in str(finding)


def test_a_full_disk_is_wrong(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert here(tmp_path)["room here"].state in (State.OK, State.WARNING)
    usage = type("Usage", (), {"free": 1_000})
    monkeypatch.setattr("cli.doctor.local.shutil.disk_usage", lambda _: usage)
    assert here(tmp_path)["room here"].state is State.WRONG
