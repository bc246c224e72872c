# Needs python3 (3.11 or newer), make, and apt for what the machine lacks. Everything lands in .venv and .run (root: also /var/tmp).
# PYTHON=path chooses the interpreter, UV=path another uv.

VENV := .venv
PY := $(VENV)/bin/python
UV ?= uv
ARGS ?=
PROFILE ?= deploy/colleges/crpo

# What runs needs the first lock and the engines; tests and checks need all.
PRODUCT := requirements.lock
ALL := requirements.lock requirements-dev.lock
ENGINES := rabbitmq postgresql
FOR_TESTS := $(ENGINES) chromium clamav fonts

# Passed on when given: SCALE="registry=2,billing=2"  SITE=name
SITE_OPTION = $(if $(SITE),--site "$(SITE)")

.DEFAULT_GOAL := help

help: ## Show what can be done
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

venv: ## Make or refresh the virtual environment from the locks, every file checked against its hash
	@UV="$(UV)" sh deploy/local/venv.sh $(VENV) $(ALL)

fetch: ## Fetch all that the tests need: the virtual environment, and the programs that are not installed here
	@UV="$(UV)" sh deploy/local/setup.sh $(VENV) "$(FOR_TESTS)" $(ALL)

product:
	@UV="$(UV)" sh deploy/local/setup.sh $(VENV) "$(ENGINES)" $(PRODUCT)

up: product ## Start everything; SCALE="registry=2,billing=2" for replicas, SITE=name for another college
	@$(PY) -m deploy.local up $(SITE_OPTION) $(if $(SCALE),--scale "$(SCALE)")

down: product ## Stop it; the data stays
	@$(PY) -m deploy.local down $(SITE_OPTION)

status: product ## Show what runs, what is ready, and where
	@$(PY) -m deploy.local status $(SITE_OPTION)

logs: product ## Show the logs together; FOLLOW=1, COMPONENT=billing, CORRELATION=id
	@$(PY) -m deploy.local logs $(SITE_OPTION) $(if $(FOLLOW),--follow) $(if $(COMPONENT),--component "$(COMPONENT)") \
		$(if $(CORRELATION),--correlation "$(CORRELATION)")

clock: product ## Show the site's clock, or move it: TO=+18months, TO=2027-04-01T09:00, TO=back; on one's own machine only
	@$(PY) -m deploy.local clock $(SITE_OPTION) $(TO)

destroy: product ## Stop it and remove its data
	@$(PY) -m deploy.local destroy $(SITE_OPTION)

demo: product ## Walk one person from application to the public register; KEEP=1 leaves it running
	@KEEP="$(KEEP)" $(PY) -m deploy.demo.demo

staff: product ## The staff's command line on the running site: ARGS="sign-in you@college.example.org", ARGS="queue"
	@COLLEGE_COMMIT="$$(git rev-parse --short HEAD 2>/dev/null)" AMQP_URI="$$($(PY) -m deploy.local address $(SITE_OPTION))" $(PY) -m staff $(ARGS)

profile: venv ## What of a college's profile is in force when: ARGS="on 2027-04-01", "between 2024-01-01 2027-04-01", "check folder"; PROFILE=folder
	@COLLEGE_PROFILE="$(PROFILE)" $(PY) -m services.contracts.college $(or $(ARGS),--help)

check: product ## Do all services of the running site agree? Counts, ledger, queues, audit trails
	@$(PY) -m deploy.local.tools.checker $(SITE_OPTION)

backup: product ## Back the site up while it runs, to one consistent point; TO=folder
	@$(PY) -m deploy.local.tools.backup make $(TO) $(SITE_OPTION)

restore: product ## Put the stopped site back to a backup: FROM=folder
	@$(PY) -m deploy.local.tools.backup restore $(FROM) $(SITE_OPTION)

container-secrets: product ## Make the secrets of a college in containers: TO=folder; STEP=rotate-keys, … changes keys
	@$(PY) -m deploy.docker.secrets $(or $(TO),.run/containers) $(STEP)

test: fetch ## Run all tests, in two processes side by side; ARGS="-k word" is passed to pytest
	$(PY) -W ignore -m tests.side_by_side $(ARGS)

test-fast: fetch ## Run what one runs while working: no browser, no whole college, some of every service (4 minutes)
	$(PY) -W ignore -m tests.side_by_side fast $(ARGS)

test-unit: ## Run the tests that need no engine
	@UV="$(UV)" sh deploy/local/setup.sh $(VENV) fonts $(ALL)
	$(PY) -m pytest tests/unit $(ARGS)

test-service: fetch ## Run the services' tests, on a real broker and database
	$(PY) -m pytest tests/service $(ARGS)

test-journeys: fetch ## Run the journeys through the public HTTP of a whole college
	$(PY) -m pytest tests/journeys $(ARGS)

coverage: fetch ## Run the unit tests, and the services' tests of SERVICE="billing registry", and tell what ran, by package: .run/coverage/html
	@mkdir -p .run/coverage
	$(PY) -m coverage run -m pytest tests/unit $(foreach name,$(SERVICE),tests/service/$(name)) $(ARGS)
	@$(PY) -W ignore -m tests.coverage_by_package

fuzz: fetch ## Ask the API of a whole college at random: FUZZ_EXAMPLES=50 for each operation and role, and all edge cases
	FUZZ_EXAMPLES="$(or $(FUZZ_EXAMPLES),50)" $(PY) -m pytest tests/journeys/test_fuzz_openapi.py $(ARGS)

test-resilience: fetch ## Kill, stop, cut and poison everything while people walk, on engines of their own; prints a table (20 minutes)
	$(PY) -m pytest tests/resilience $(ARGS)

test-docker: fetch ## Build the images, start a college in containers, scale, restart, kill, pause and cut it off; prints a table (needs docker)
	$(PY) -m pytest tests/docker $(ARGS)

test-fresh: ## Try demo and test on empty machines, a clone of HEAD on each; prints a table (needs root and debootstrap); ARGS="root user"
	@$(or $(PYTHON),python3) -m tests.fresh $(ARGS)

test-steady: ## Run whole suites three side by side, in clones of HEAD; ROUNDS=4 (hours), SUITES=3, ARGS for each; prints each that failed
	@ARGS='$(ARGS)' $(or $(PYTHON),python3) -m tests.steady $(or $(ROUNDS),4)

test-cluster: fetch ## Kill a node of a broker of three while people walk through the main job; prints a table
	$(PY) -m pytest tests/cluster $(ARGS)

test-floods: fetch ## Flood a college (bounded, loopback) without and with the proxy, and measure what everybody else sees; prints a table
	@$(PY) -m tests.floods $(ARGS)

lint: venv ## Check style, format, spelling, direction of imports, types, that the manifests fit together, and new migrations
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(VENV)/bin/codespell
	$(VENV)/bin/lint-imports
	$(PY) -m mypy services gateway staff deploy/local deploy/stand_ins deploy/demo deploy/docker deploy/kubernetes deploy/monitoring tests/typed
	$(PY) -m deploy.kubernetes.check
	$(PY) -W ignore -m deploy.migration_lint

format: venv ## Put the code in the house format
	$(PY) -m ruff check --fix-only .
	$(PY) -m ruff format .

bench: fetch ## Measure approval to invoice, and payment to register
	$(PY) -m tests.benchmarks.bench

bench-bus: fetch ## Measure calls, reads and events against a floor measured in the same run; ARGS="calls reads events growth"
	@$(PY) -W ignore -m tests.benchmarks.bus $(ARGS)

bench-sign-in: fetch ## Measure sign-ins a second, and look-ups alone and in a storm of sign-ins; ROUNDS=3
	@$(PY) -W ignore -m tests.benchmarks.sign_ins

bench-scale: fetch ## Measure one service at 1, 2 and 3 replicas beside a floor, and what a registration costs by process; ARGS="searches payments turns registrations"
	@$(PY) -W ignore -m tests.benchmarks.scale $(ARGS)

bench-pages: fetch ## Measure every page of the portal: the server's time, its calls and rounds of calls, its weight; TIMES=100
	@$(PY) -m pytest tests/portal/bench_pages.py $(ARGS)

screenshots: fetch ## Take every page of the portal (or VIEWS="home fees"), in both languages, narrow and wide: .run/screenshots/<language>/<width>/<page>.png
	@$(PY) -m pytest tests/portal/screenshots.py $(ARGS)

lighthouse: fetch ## Ask Lighthouse about the five main pages: accessibility and best practices 100, performance 95 or more (needs npm)
	@$(PY) -m pytest tests/portal/lighthouse.py $(ARGS)

vnu: fetch ## Have the W3C's validator read every page in both languages (needs npm and java)
	@$(PY) -m pytest tests/portal/vnu.py $(ARGS)

texts: venv ## Take the portal's new texts into its French catalogue, and say what is not translated
	@$(PY) -W ignore -m gateway.portal.kit.catalogues

generate: venv ## Write anew what is generated from the contracts: the broker's definitions, the AsyncAPI document, the tables of access and of pages
	$(PY) -m services.contracts.topology > deploy/rabbitmq/definitions.json
	$(PY) -m services.contracts.asyncapi > docs/asyncapi.json
	$(PY) -m services.contracts.access_table > docs/access.md
	$(PY) -m gateway.portal.page_table > docs/pages.md

sbom: venv ## Write what the production image is made of, as a CycloneDX document: .run/sbom.cdx.json, or ARGS=file
	@$(PY) -m deploy.sbom $(ARGS)

advisories: venv ## Ask what is known against the locked libraries, and keep the answer: docs/advisories.md (3: nobody could be asked)
	@$(PY) -m deploy.advisories

fonts: venv ## Make the papers' fonts anew from Debian's packages of Noto, cut to what names need
	@$(PY) -m deploy.fonts

licences: venv ## List the licences of the installed libraries, and hold them against docs/licences.md
	@$(PY) -m deploy.licences

lock: ## Write the locks anew from requirements.in, -dev.in and -uv.in: the second in the first one's versions (needs uv)
	for name in requirements requirements-dev requirements-uv; do \
		$(UV) pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url \
			--no-emit-find-links $$name.in -o $$name.lock || exit 1; done

.PHONY: help venv fetch product up down status logs clock destroy demo staff check backup restore container-secrets test test-fast test-fresh test-steady test-docker test-cluster test-floods test-unit test-service test-journeys coverage fuzz test-resilience lint format bench bench-bus bench-sign-in bench-scale bench-pages screenshots lighthouse vnu texts generate sbom advisories fonts licences lock
