# Two commands matter: `make run` and `make test`. Each does all its own set-up.
PY ?= python3
V := .venv
BIN := $(V)/bin
PORT ?= 8000

# A test run starts many processes that read the same modules: keep them compiled.
test coverage bench bench-all: export PYTHONDONTWRITEBYTECODE =

.PHONY: install install-dev run test check coverage format bench bench-all lock clean

install: $(V)/.core

install-dev: $(V)/.dev

run: install $(V)/.compiled
	@PORT=$(PORT) exec $(BIN)/flask serve

test: install-dev $(V)/.compiled
	$(BIN)/python -m pytest -n 2 --dist worksteal

check: install-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: install-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: install-dev
	$(BIN)/python -m benchmarks.sample

bench-all: install-dev
	$(BIN)/python -m benchmarks.sample --all

# The rooms are covered whole, the shell to 95 %; needs PostgreSQL, Chromium and poppler.
coverage: install-dev $(V)/.compiled
	$(BIN)/python -m pytest -n 2 --dist worksteal --cov --cov-report=
	$(BIN)/coverage report --include='logistics/*,menus/*,optimizer/*,screening/*' --fail-under=100
	$(BIN)/coverage report --include='app/*' --fail-under=95

# Requirements without host names, hashed for every platform.
lock: $(BIN)/python
	@$(BIN)/python -m pip install -q uv==0.13.9
	$(BIN)/uv pip compile pyproject.toml -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url -c requirements.txt -o requirements-dev.txt

clean:
	rm -rf $(V) instance .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage* optimizer/kernels/__pycache__

$(BIN)/python:
	@$(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'Python 3.11 or newer is needed; set PY=python3.x'; exit 1; }
	@$(PY) -m venv $(V) || { rm -rf $(V); echo 'python3 -m venv does not work here: install the package python3-venv'; exit 1; }

# uv is only an accelerator; pip does the same, slower, and honours its own settings.
define sync
	@echo 'installing $(1)' >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==0.13.9 >/dev/null 2>&1 || true
	@{ test -x $(BIN)/uv && $(BIN)/uv pip install -q --require-hashes --python $(BIN)/python -r $(1) 2>/dev/null; } \
	 || $(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $(1)
	@touch $@
endef

$(V)/.core: requirements.txt | $(BIN)/python
	$(call sync,requirements.txt)

# What each process would compile for itself is compiled once, by two of them side by side.
$(V)/.compiled: $(wildcard optimizer/kernels/*.py) | $(V)/.core
	@echo 'compiling the searches' >&2
	@rm -rf optimizer/kernels/__pycache__
	@$(BIN)/python -c 'import optimizer as o; o.warm_up_meals(); o.warm_up_production()' & meals=$$!; \
	$(BIN)/python -c 'from app import jobs; jobs.warm_up_rounds()' && wait $$meals
	@touch $@

$(V)/.dev: requirements-dev.txt | $(V)/.core
	$(call sync,requirements-dev.txt)
