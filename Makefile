# Everything starts here: `make help` lists what there is.
UV_VERSION := 0.13.9
GRPCURL_VERSION := v1.9.3
ACTIONLINT_VERSION := v1.7.12
UV := $(or $(shell command -v uv),.tools/uv/bin/uv)
PYTHON := .venv/bin/python
SOURCES := agent_host benchmarks cli connectome dlm fitting gatekeeper genesis language mesh models myriad_client orchestrator scripts substrate synth tests

.DEFAULT_GOAL := help
.PHONY: help setup demo kube-demo test soak check lint types contracts site baseline generate servers images wheel bench quality fit ablate

help: ## Show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: .venv/.ready .tools/envoy/.ready ## Install everything into .venv and .tools (needs Python 3.11+, and pip or uv)

demo: setup ## Start Myriad, teach it Python's own documentation, ask it questions
	@.venv/bin/myriad demo $(DEMO)

kube-demo: setup servers ## From a HydrationRequest to an answer through Envoy, on a Kubernetes of this machine (needs root)
	@PYTHONPATH=gen $(PYTHON) -m tests.kube.demo

test: setup .venv/.dense .venv/.interop ## Run all tests
	$(PYTHON) -m pytest

soak: setup .venv/.dense ## Run attacks and failures in full length: an hour on two cores
	$(PYTHON) -m pytest -m soak --timeout 1800

check: lint types contracts site servers test ## Run what CI runs: style, types, contracts, tests

lint: setup ## Check style and which part may import which
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/lint-imports

types: setup .venv/.dense .venv/.interop ## Check types
	.venv/bin/mypy $(SOURCES)

contracts: setup ## Check that gen/ is what proto/ says, and that no contract broke
	$(PYTHON) scripts/generate.py
	git diff --exit-code --stat -- gen
	@test -z "$$(git status --porcelain -- gen)" || (git status --short -- gen; exit 1)
	$(PYTHON) scripts/check_breaking.py

site: setup .venv/.docs ## Build docs/ into a site, dist/site; a link that leads nowhere is an error
	PYTHONPATH=gen $(PYTHON) -m sphinx --builder dirhtml --fail-on-warning --keep-going --quiet docs dist/site

baseline: setup ## At a release: what the contracts say now is what later ones must not break
	.venv/bin/buf build proto -o proto/baseline.binpb --exclude-source-info

generate: setup ## Regenerate gen/ from proto/, docs/settings.md, and what a rate limit service is told
	$(PYTHON) scripts/generate.py
	$(PYTHON) scripts/document_settings.py
	PYTHONPATH=gen $(PYTHON) -m scripts.write_rates

servers: setup $(if $(shell command -v go),.tools/grpcurl .tools/actionlint) ## Get Neo4j, SeaweedFS, Valkey, a base for images; where there is Go, a rate limit service, a Kubernetes control plane, grpcurl and actionlint
	PYTHONPATH=gen UV=$(UV) $(PYTHON) -m scripts.fetch_servers

images: setup ## Build an image of each component with Docker or buildah; IMAGES="--registry ghcr.io/me --tag 1.2"
	PYTHONPATH=gen $(PYTHON) -m scripts.build_images $(IMAGES)

wheel: setup ## Build the wheel of what is here, into dist/
	$(UV) build --quiet --wheel --out-dir dist

bench: setup ## Measure learning and answering, beside bm25s
	$(PYTHON) -m benchmarks

quality: setup ## Measure what is found, answered, abstained from and reported as contradicted; renew docs/quality.md
	$(PYTHON) -m benchmarks.quality --write docs/quality.md

SETS ?= ../shared/data/sets ../shared/data/docs
LINKED ?= ../shared/data/hotpotqa ../shared/data/2wiki
fit: setup ## Fit the models of recall, ranking, confidence and short answers to question sets; SETS="FOLDER…"
	$(PYTHON) -m fitting.recall $(SETS) $(LINKED) --write
	$(PYTHON) -m fitting $(SETS) --write
	$(PYTHON) -m fitting.chains $(LINKED) --write

ablate: setup ## What each feature earns on the sets that it was not fitted to; SETS="FOLDER…"
	$(PYTHON) -m fitting $(SETS) --ablate

.venv/.ready: pyproject.toml uv.lock $(filter .tools/%,$(UV))
	$(UV) sync --quiet --frozen --extra all
	@# xds-protos has an old copy of some of its files: whichever is installed last counts.
	$(UV) sync --quiet --frozen --extra all --reinstall-package opentelemetry-proto
	@touch $@

.venv/.dense: .venv/.ready
	$(UV) sync --quiet --frozen --extra all --group dense
	@touch $@ .venv/.ready .venv/.dense

.venv/.interop: .venv/.ready .venv/.dense
	$(UV) sync --quiet --frozen --extra all --group dense --group interop
	@touch $@ .venv/.ready .venv/.dense .venv/.interop

.venv/.docs: .venv/.ready .venv/.dense .venv/.interop
	$(UV) sync --quiet --frozen --extra all --group dense --group interop --group docs
	@touch $@ .venv/.ready .venv/.dense .venv/.interop .venv/.docs

.tools/envoy/.ready: uv.lock $(filter .tools/%,$(UV))
	UV_PROJECT_ENVIRONMENT=.tools/envoy $(UV) sync --quiet --frozen --only-group envoy --no-install-project
	@touch $@

.tools/grpcurl:
	GOBIN=$(CURDIR)/.tools go install github.com/fullstorydev/grpcurl/cmd/grpcurl@$(GRPCURL_VERSION)

.tools/actionlint:
	GOBIN=$(CURDIR)/.tools go install github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)

.tools/uv/bin/uv:
	python3 -m venv .tools/uv
	.tools/uv/bin/pip install --quiet uv==$(UV_VERSION)
