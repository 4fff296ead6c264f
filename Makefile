# The few words of this project. Each does one thing and needs no AWS account but `deploy`.
# It must never hold logic: that is in infra/local, where it can be read and tested.
LOCAL := PYTHONPATH=infra
VENV  := target/venv/bin
ROLE  ?= ar_operator
INVOICES ?= 1000000
export AWS_DEFAULT_REGION ?= us-east-1
export SAM_CLI_TELEMETRY ?= 0

.PHONY: help demo test load check bench cost token deploy setup

help:    ## these words
	@sed -n 's/^\([a-z]*\): *\([a-z ]*\)## /  make \1\t/p' Makefile | expand -t 18

demo: setup ## the product on this machine; Ctrl-C ends it. PORT=, INBOX_PORT= choose ports
	@$(LOCAL) $(VENV)/python -m local.demo

test: setup ## every test, on a stack of its own
	@$(LOCAL) $(VENV)/python -m local.test

load: setup ## ten times what the throttle lets through, on a stack of its own; writes docs/load.md
	@$(LOCAL) $(VENV)/python -m local.load

check: setup ## format, lints and template, without running anything
	cargo fmt --all --check
	$(VENV)/cfn-lint
	$(VENV)/sam validate --lint
	@$(LOCAL) $(VENV)/python -m local.described
	cargo clippy --profile local --workspace --all-targets -- -D warnings

bench: setup ## cold start and warm request beside peers, into docs/bench.md. ROUNDS=15
	@$(LOCAL) $(VENV)/python -m local.bench

cost:    ## the monthly bill, INVOICES=1000000 by default; WITH="ach=0 card=0.48" changes the mix, WRITE=1 writes docs/cost.md
	@cargo run --quiet --profile local -p plixo-cost -- $(if $(WRITE),write,invoices=$(INVOICES) $(WITH))

token:   ## a bearer token of the running demo, ROLE=ar_operator by default
	@$(LOCAL) $(VENV)/python -m local.token

# Given only if asked for: SAM then forgets the answers that were saved for all other parameters.
deploy: ARCHITECTURE = $(if $(ARCH),--parameter-overrides Architecture=$(ARCH))
deploy: setup ## to AWS; asks for the Stripe key and webhook secret. ARCH=x86_64 instead of arm64
	@$(VENV)/pip install --quiet --requirement infra/requirements-deploy.txt
	PATH="$(CURDIR)/$(VENV):$$PATH" sam build $(ARCHITECTURE)
	$(VENV)/sam deploy --guided $(ARCHITECTURE)

setup:
	@$(LOCAL) python3 -m local.setup
