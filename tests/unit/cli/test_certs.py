"""`myriad certs`: what it makes, and what it leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509

from cli import certificates
from cli.certs import certs
from cli.errors import Failure
from mesh.identity import CERTIFICATE, Identity


def test_certificates_are_made_for_those_that_are_named_with_their_names(tmp_path: Path) -> None:
    certs(tmp_path / "tls", component=["dlm"], name=["10.0.0.1", "dlm.example"])
    assert Identity(tmp_path / "tls" / "dlm").component == "dlm"
    made = x509.load_pem_x509_certificate((tmp_path / "tls" / "dlm" / CERTIFICATE).read_bytes())
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert "dlm.example" in names.get_values_for_type(x509.DNSName)
    assert list(map(str, names.get_values_for_type(x509.IPAddress))) == ["10.0.0.1"]
    assert not (tmp_path / "tls" / "genesis").exists()


def test_all_are_made_and_what_lasts_stays(tmp_path: Path) -> None:
    certs(tmp_path)
    before = Identity(tmp_path / "synth").current()
    certs(tmp_path)
    assert Identity(tmp_path / "synth").current() == before
    assert {Identity(tmp_path / one).component for one in certificates.COMPONENTS} == set(certificates.COMPONENTS)
    assert {path.stat().st_mode & 0o077 for path in tmp_path.rglob("*")} == {0}


def test_who_is_no_component_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Failure, match="nobody is no component"):
        certs(tmp_path, component=["nobody"])
    assert not list(tmp_path.iterdir())


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Failure, match="cannot make certificates"):
        certs(tmp_path / "file")


def test_envoy_is_told_where_the_dlm_is_if_that_is_said(tmp_path: Path) -> None:
    certs(tmp_path, component=["envoy"])
    assert not (tmp_path / "envoy" / "bootstrap.yaml").exists()
    certs(tmp_path, component=["envoy"], dlm="dlm:9090")
    written = (tmp_path / "envoy" / "bootstrap.yaml").read_text()
    assert '"address": "dlm", "port_value": 9090' in written
    assert f'"{tmp_path}/envoy/certificate.json"' in written


@pytest.mark.parametrize("dlm", ["dlm", "dlm:", "dlm:port", ":x"])
def test_a_dlm_that_is_nowhere_is_refused(tmp_path: Path, dlm: str) -> None:
    with pytest.raises(Failure, match="--dlm is address:port"):
        certs(tmp_path, component=["envoy"], dlm=dlm)
