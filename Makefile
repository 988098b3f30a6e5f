# Everything a person types. Needs python3 (3.11 or newer, with venv), make and access to the package index.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.stamp
# Of the practice shop alone: nothing of bot or handlers runs in them.
SHOP_TESTS := $(wildcard tests/unit/sandbox_* tests/integration/sandbox_*)

.PHONY: setup demo run test lint format screenshots texts bench soak lock clean

setup: $(STAMP)  ## a virtual environment in .venv, with the command in .venv/bin/supplier-bot

$(STAMP): pyproject.toml requirements.txt requirements-dev.txt
	$(PYTHON) -c 'import sys; sys.exit("python 3.11 or newer is needed, this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	# The lock names everything: pip has nothing to resolve, and a newer release elsewhere cannot disturb it.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m pip check --disable-pip-version-check
	# As pip compiles the modules: where the service runs, nothing may be written beside them.
	$(BIN)/python -c "from bot.views.drawing import warm; warm()"
	touch $(STAMP)

demo: setup  ## the practice shop with a chat in the browser: the real bot, no token, no key
	@$(BIN)/supplier-bot demo

run: setup  ## the bot itself, with the settings of the environment and .env
	@$(BIN)/supplier-bot run

test: setup  ## all tests; branch coverage of bot and handlers (of what runs in process) is shown and held
	@# What computes gives way to what waits for processes and fills its gaps, and is told after it. Its
	@# quickest come last, so that both of its workers end together.
	@inside=$$(mktemp) && trap 'kill $$pid 2>/dev/null; rm -f "$$inside"' EXIT && trap 'exit 130' INT TERM && \
	{ nice -n 10 $(BIN)/python -m pytest tests/integration tests/unit $(addprefix --ignore=,$(SHOP_TESTS)) -p tests.support.workers --workers 2 -p tests.support.covered --covered 90 $(ARGS) >"$$inside" 2>&1 & pid=$$!; } && \
	{ $(BIN)/python -m pytest tests/e2e tests/reliability $(SHOP_TESTS) -p tests.support.workers --workers 3 $(ARGS); outside=$$?; } ; \
	wait $$pid; status=$$?; cat "$$inside"; exit $$((outside || status))

lint: setup  ## format, lint, types, import rules
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

screenshots: setup  ## the pictures of the docs, from the running practice shop; ARGS="order-new" takes that one
	$(BIN)/python -m tests.pictures $(ARGS)

texts: setup  ## the files of the translations in step with the templates, and what is wrong; ARGS="ru" begins one
	$(BIN)/python -m tests.texts $(ARGS)

bench: setup  ## what the docs claim about speed
	$(BIN)/python -m benchmarks

lock:  ## both locks anew; needs uv
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links --group build pyproject.toml -o requirements.txt
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links -c requirements.txt --group dev pyproject.toml -o requirements-dev.txt

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist

soak: setup  ## the long version of the kill harness: a thousand kills; can be stopped and resumed
	$(BIN)/python -m tests.reliability.soak $(ARGS)
