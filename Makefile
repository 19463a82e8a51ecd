# `make demo` and `make test` are all that a newcomer needs. CONTRIBUTING.md has the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV := .venv
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport PYTHONHOME

# jlpm knows one registry of its own; the machine's npm knows the right one.
ifndef YARN_NPM_REGISTRY_SERVER
export YARN_NPM_REGISTRY_SERVER := $(shell npm config get registry 2>/dev/null | sed 's|/*$$||')
endif
export YARN_ENABLE_PROGRESS_BARS := 0
export YARN_ENABLE_TELEMETRY := 0

# A step is done again when what it was made from is newer than its stamp.
STAMPS := $(VENV)/.stamps
NODE_STAMP := node_modules/.phoenix-lab
UI_STAMP := ui-tests/node_modules/.phoenix-lab
FRONT_END := phoenix_lab/labextension/package.json
SOURCES := $(shell find src style schema -type f -not -path '*/__tests__/*' 2>/dev/null) package.json tsconfig.json scripts/report.mjs

LINK := $(VENV)/share/jupyter/labextensions/phoenix-lab

STEP := scripts/step.sh

.PHONY: help
help:
	@echo 'make demo         install what is needed here and start JupyterLab on examples/ (PORT=8917: on that port)'
	@echo 'make test         install what is needed here and run every check and test'
	@echo 'make lint         ruff, mypy, stylelint, prettier, eslint, tsc'
	@echo 'make format       let the formatters and linters repair what they can'
	@echo 'make build        the front end, and the wheel and source archive in dist/'
	@echo 'make screenshots  every view in both themes, in screenshots/, and the pictures of the README'
	@echo 'make clean        remove what was built; make distclean also the environments'

# ---- set-up ---------------------------------------------------------------------------------------------------------

$(STAMPS)/venv:
	@scripts/tools.sh $(PYTHON)
	@$(STEP) '[1/5] Python environment' $(PYTHON) -m venv $(VENV)
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/build-tools: pyproject.toml Makefile | $(STAMPS)/venv
	@python -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")' > $(STAMPS)/build-requires.txt
	@$(STEP) '[2/5] Build tools' pip install -r $(STAMPS)/build-requires.txt editables
	@touch $@

$(NODE_STAMP): yarn.lock package.json .yarnrc.yml | $(STAMPS)/build-tools
	@$(STEP) '[3/5] JavaScript packages' jlpm install --immutable
	@touch $@

$(FRONT_END): $(SOURCES) $(NODE_STAMP)
	@$(STEP) '[3/5] Front end' jlpm build:prod
	@touch $@

# What the project and its extras need, as pip reads it. It is the longest step and needs no front end, so that it runs beside it.
define packages
@python scripts/requirements.py $(2) > $(STAMPS)/requires.txt
@$(STEP) $(1) scripts/install.sh $(STAMPS)/requires.txt
@touch $@
endef

$(STAMPS)/packages-demo: pyproject.toml | $(STAMPS)/build-tools
	$(call packages,'[4/5] JupyterLab and what it is to show',demo)

$(STAMPS)/packages-test: pyproject.toml | $(STAMPS)/build-tools
	$(call packages,'[4/5] JupyterLab and the tools of the tests',demo dev test)
	@touch $(STAMPS)/packages-demo

# The environment links to the built front end, so that a page reload shows a new build. The link goes before pip runs: pip would
# delete through it.
define install
@rm -rf $(LINK)
@SKIP_JUPYTER_BUILDER=1 $(STEP) '[5/5] phoenix_lab' pip install --no-deps --no-build-isolation -e .
@rm -rf $(LINK) && mkdir -p $(dir $(LINK)) && ln -s $(CURDIR)/phoenix_lab/labextension $(LINK)
@touch $@
endef

INSTALLED := pyproject.toml install.json $(wildcard jupyter-config/*/*.json)

$(STAMPS)/demo: $(INSTALLED) $(STAMPS)/packages-demo | $(FRONT_END)
	$(call install)

$(STAMPS)/test: $(INSTALLED) $(STAMPS)/packages-test | $(FRONT_END)
	$(call install)
	@touch $(STAMPS)/demo

$(UI_STAMP): ui-tests/yarn.lock ui-tests/package.json | $(FRONT_END)
	@cd ui-tests && ../$(STEP) 'Packages of the browser tests' jlpm install --immutable
	@touch $@

# ---- what people type -----------------------------------------------------------------------------------------------

.PHONY: demo
demo:
	@$(MAKE) --no-print-directory -j 2 $(FRONT_END) $(STAMPS)/demo
	@python scripts/demo.py

.PHONY: setup
setup:
	@$(MAKE) --no-print-directory -j 2 $(FRONT_END) $(STAMPS)/test $(UI_STAMP)

.PHONY: build
build: setup
	jlpm build:prod
	rm -rf dist && python -m build --no-isolation --outdir dist .

.PHONY: lint
lint: setup
	ruff check .
	ruff format --check .
	python scripts/contract.py --check
# The longest of them beside the others.
	jlpm eslint:check & mypy && jlpm stylelint:check && jlpm prettier:check && jlpm tsc --noEmit && jlpm tsc --noEmit -p ui-tests && wait $$!

.PHONY: format
format: setup
	ruff check --fix-only . && ruff format .
	jlpm lint

.PHONY: test
test: setup
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-typescript
	@$(MAKE) --no-print-directory test-python
	@$(MAKE) --no-print-directory test-browser
	@echo 'Everything passed.'

.PHONY: test-typescript
test-typescript: setup
	jlpm test

.PHONY: test-python
test-python: setup
	python -m pytest -n 3 --dist loadfile --no-loadscope-reorder

.PHONY: test-browser
test-browser: setup
	cd ui-tests && CHROMIUM_PATH="$$(../scripts/chromium.sh)" jlpm playwright test

.PHONY: screenshots
screenshots: setup
	cd ui-tests && PHX_PICTURES=1 CHROMIUM_PATH="$$(../scripts/chromium.sh)" jlpm playwright test screenshots.spec.ts

.PHONY: clean
clean:
	rm -rf lib dist build tsconfig.tsbuildinfo phoenix_lab/labextension phoenix_lab/monitors/report/static coverage screenshots .demo ui-tests/work ui-tests/test-results ui-tests/playwright-report

.PHONY: distclean
distclean: clean
	rm -rf $(VENV) node_modules ui-tests/node_modules .yarn
