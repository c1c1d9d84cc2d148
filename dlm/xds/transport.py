"""TLS from Envoy to whom it calls, both showing a certificate, and from clients to Envoy."""

from __future__ import annotations

from collections.abc import Sequence

from envoy.config.core.v3.base_pb2 import TransportSocket
from envoy.config.core.v3.config_source_pb2 import ApiVersion, ConfigSource, PathConfigSource
from envoy.extensions.transport_sockets.tls.v3.common_pb2 import (
    CertificateValidationContext,
    SubjectAltNameMatcher,
    TlsParameters,
)
from envoy.extensions.transport_sockets.tls.v3.secret_pb2 import SdsSecretConfig
from envoy.extensions.transport_sockets.tls.v3.tls_pb2 import (
    CommonTlsContext,
    DownstreamTlsContext,
    UpstreamTlsContext,
)
from envoy.type.matcher.v3.string_pb2 import StringMatcher

from dlm.xds.pieces import packed
from mesh.identity import uri

_TLS_1_3 = TlsParameters(
    tls_minimum_protocol_version=TlsParameters.TLSv1_3, tls_maximum_protocol_version=TlsParameters.TLSv1_3
)


def mutual_tls(component: str, secrets: str, protocols: Sequence[str] = ()) -> TransportSocket:
    """Show Envoy's certificate, from the files in the folder `secrets` at Envoy, to `component` and to nobody else."""
    whom = SubjectAltNameMatcher(san_type=SubjectAltNameMatcher.URI, matcher=StringMatcher(exact=uri(component)))
    context = CommonTlsContext(
        tls_params=_TLS_1_3,
        tls_certificate_sds_secret_configs=[_secret("certificate", secrets)],
        combined_validation_context=CommonTlsContext.CombinedCertificateValidationContext(
            default_validation_context=CertificateValidationContext(match_typed_subject_alt_names=[whom]),
            validation_context_sds_secret_config=_secret("authority", secrets),
        ),
        alpn_protocols=protocols,
    )
    return TransportSocket(
        name="envoy.transport_sockets.tls", typed_config=packed(UpstreamTlsContext(common_tls_context=context))
    )


def server_tls(secrets: str) -> TransportSocket:
    """Show clients the certificate in the folder `secrets` at Envoy: TLS 1.2 or newer, HTTP/2 or 1.1."""
    context = CommonTlsContext(
        tls_params=TlsParameters(tls_minimum_protocol_version=TlsParameters.TLSv1_2),
        tls_certificate_sds_secret_configs=[_secret("certificate", secrets)],
        alpn_protocols=("h2", "http/1.1"),
    )
    return TransportSocket(
        name="envoy.transport_sockets.tls", typed_config=packed(DownstreamTlsContext(common_tls_context=context))
    )


def _secret(name: str, secrets: str) -> SdsSecretConfig:
    file = PathConfigSource(path=f"{secrets}/{name}.json")
    return SdsSecretConfig(
        name=name, sds_config=ConfigSource(path_config_source=file, resource_api_version=ApiVersion.V3)
    )
