# `make demo` shows the main answer, `make test` runs every check. Both install what they need.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SOURCES ?= ../shared

.PHONY: demo test lint bench fuzz kill rebuild-truce schedules schedule-cn weights economies lock clean

demo: $(VENV)/ready
	$(BIN)/detente rate 8507.60.0020 --from CN --on 2025-09-12
	$(BIN)/detente snapback us-cn --on 2025-09-12
	$(BIN)/detente stakes us-cn --on 2025-09-12 | head -40
	@rm -rf .demo
	XDG_DATA_HOME=.demo $(BIN)/detente read --queue examples/treas-2025-09-11-europe.txt
	XDG_DATA_HOME=.demo $(BIN)/detente review --accept-above 0.5
	XDG_DATA_HOME=.demo $(BIN)/detente status us-cn --on 2025-09-12

test: lint
	$(BIN)/pytest

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/detente check

bench: $(VENV)/ready
	$(BIN)/python bench/bench.py

fuzz: $(VENV)/ready
	DETENTE_FUZZ_RECORDS=100000 DETENTE_FUZZ_APPENDS=100000 DETENTE_FUZZ_MUTATIONS=200000 \
		DETENTE_PANEL_CELLS=100000 DETENTE_ORACLE_CELLS=1000 \
		$(BIN)/pytest tests/test_resolve.py tests/test_hostile.py tests/test_panel.py tests/test_rate.py

kill: $(VENV)/ready
	DETENTE_KILLS=50 DETENTE_MUTATED_TEXTS=100000 $(BIN)/pytest tests/test_queue.py tests/test_review.py \
		tests/test_kill_cli.py tests/test_cli_reading.py tests/test_reading.py

# Read the White House texts again and write what was found of the truce into docs/reading.md
rebuild-truce: $(VENV)/ready
	$(BIN)/python tools/rebuild_truce.py $(SOURCES)/law/wh-briefings docs/reading.md

$(VENV)/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "detente needs Python 3.11 or newer; name it: make PYTHON=python3.12 demo"; exit 1; }
	$(PYTHON) -m venv $(VENV) || \
		{ echo "This Python has no venv; on Debian: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	$(BIN)/python -m compileall -q src
	touch $@

# Compile the shipped data again from official sources, byte for byte: make schedules SOURCES=DIR
schedules: $(VENV)/ready
	$(BIN)/python tools/schedules.py $(SOURCES) src/detente/data/schedules/us

schedule-cn: $(VENV)/ready
	$(BIN)/python tools/schedule_cn.py $(SOURCES)

weights: $(VENV)/ready
	$(BIN)/python tools/weights.py $(SOURCES)/trade

economies: $(VENV)/ready
	$(BIN)/python tools/economies.py $(SOURCES)
	$(BIN)/python tools/households.py $(SOURCES)

# Made with `uv`; hashes only, no addresses.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --extra tables --extra pdf --extra model --extra charts --group dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
