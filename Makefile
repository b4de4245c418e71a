# `make book` publishes the book, `make test` runs every test. On Windows without make: see README.md.
PYTHON ?= python3
ifeq ($(OS),Windows_NT)
  BIN := .venv/Scripts
else
  BIN := .venv/bin
endif
READY := .venv/.ready

.PHONY: book draft test bench lint quick lock locales clean

book: $(READY)            ## run the chapters, build the book strictly, publish it into _build/html
	$(BIN)/vsrbook check
	$(BIN)/vsrbook run
	$(BIN)/vsrbook build

draft: $(READY)           ## the same with every gap shown as a to-do note
	$(BIN)/vsrbook run --draft
	$(BIN)/vsrbook build

test: lint                ## linting, types, tests, notebooks, a strict build of the book, browser tests
	$(BIN)/python -m pytest -n auto --dist loadfile

bench: $(READY)           ## measure, and write bench/results*.md
	$(BIN)/python bench/store.py
	$(BIN)/python bench/engine.py
	$(BIN)/python bench/profiles.py
	$(BIN)/python tools/quote_figures.py

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(READY)            ## resolve requirements.lock and environment.yml anew
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --extra dev --generate-hashes --no-header --upgrade -o requirements.lock pyproject.toml
	$(BIN)/python tools/write_environment.py

locales: $(READY)         ## collect the words of code and notebooks into locales/vsrbook.pot
	$(BIN)/python tools/collect_words.py

clean:
	rm -rf _build book/associations

$(READY): requirements.lock pyproject.toml
	$(PYTHON) -c "import sys; sys.exit('vsrbook needs Python 3.11 or newer; this is ' + sys.version.split()[0] if sys.version_info < (3, 11) else 0)"
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	$(BIN)/python -c "open('$(READY)', 'w').close()"
