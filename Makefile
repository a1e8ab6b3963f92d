# Everything runs inside an environment of its own; `make` alone lists what there is.
#
#     make test                       with the newest suitable Python that is found
#     make test PYTHON=python3.12     with this one

VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed
SAMPLE := $(firstword $(sort $(wildcard data/instagram-*.zip)))

# A user's own kernelspec must not shadow the environment's kernel.
export JUPYTER_PREFER_ENV_PATH = 1
# Compiled once, or every process of the tests would compile everything anew.
export PYTHONDONTWRITEBYTECODE =
# Once installed, nothing needs a connection.
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# No window opens, except in `lab`, where Jupyter chooses.
demo test test-long suite notebooks bench: export MPLBACKEND = agg

.DEFAULT_GOAL := help
.PHONY: help demo lab test test-long lint suite notebooks bench matrix data lock clean force

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s  %s\n", $$1, $$2 }' Makefile

demo: $(STAMP)  ## summary and report of a sample export, in my/demo.html
	@mkdir -p my
	$(BIN)/follownet summary $(SAMPLE)
	$(BIN)/follownet report $(SAMPLE) -o my/demo.html

lab: $(STAMP)  ## JupyterLab with your own copy of the notebooks, in my/
	$(BIN)/follownet lab my

test: lint suite  ## lint, tests and notebooks

suite: $(STAMP)
	$(BIN)/python -m pytest -n 2
	$(BIN)/python tests/notebooks.py

test-long: $(STAMP)  ## all tests, the slow ones and more examples of each
	$(BIN)/python -m pytest -n 2 -m "" --hypothesis-profile=thorough

lint: $(STAMP)  ## style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

notebooks: $(STAMP)  ## run the notebooks and keep their output
	$(BIN)/python tests/notebooks.py --write

bench: $(STAMP)  ## time and memory
	$(BIN)/python benchmarks/run.py
	$(BIN)/python benchmarks/reading_x.py
	$(BIN)/python benchmarks/reading_tiktok.py
	$(BIN)/python benchmarks/networks.py
	$(BIN)/python benchmarks/nulls.py
	$(BIN)/python benchmarks/communities.py 3
	$(BIN)/python benchmarks/segments.py 3
	$(BIN)/python benchmarks/engagement_ties.py
	$(BIN)/python benchmarks/engagement_time.py
	$(BIN)/python benchmarks/engagement_rhythm.py
	$(BIN)/python benchmarks/engagement_dyads.py

matrix:  ## tests and notebooks on every Python from 3.11 to 3.14 that is found
	@failed=; found=; \
	for version in 3.11 3.12 3.13 3.14; do \
	  chosen=; \
	  for python in python$$version ~/.pyenv/versions/$$version.*/bin/python python3 python; do \
	    "$$python" -c '$(SUITABLE); sys.exit("%d.%d" % sys.version_info[:2] != "'$$version'")' \
	      2>/dev/null && { chosen=$$python; break; }; \
	  done; \
	  printf '%s  ' $$version; \
	  if [ -z "$$chosen" ]; then echo 'not found'; continue; fi; \
	  found=yes; log=.venv-$$version.log; \
	  if $(MAKE) suite VENV=.venv-$$version PYTHON="$$chosen" >$$log 2>&1; \
	  then echo passed; else echo "FAILED, see $$log"; failed=yes; fi; \
	done; \
	[ "$$found" ] && [ -z "$$failed" ]

data: $(STAMP)  ## write the sample exports anew
	$(BIN)/python -m follownet.simulation data

lock:  ## resolve requirements.lock with uv; UPGRADE=1 takes the newest versions
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --custom-compile-command "make lock" $(if $(UPGRADE),--upgrade) \
	  --quiet --output-file requirements.lock

clean:  ## remove what these commands made; your own files in my/ stay
	rm -rf .venv .venv-3.* .mypy_cache .pytest_cache .ruff_cache .hypothesis build dist
	rm -f my/demo.html
	find follownet tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +
	find notebooks -name .ipynb_checkpoints -type d -prune -exec rm -rf {} +

# The environment ---------------------------------------------------------------------------------

CANDIDATES = python3.14 python3.13 python3.12 python3.11 python3 python
# A pyenv shim may exist and not run; Debian's Python may lack venv and ensurepip.
SUITABLE = import sys, venv, ensurepip; (3, 11) <= sys.version_info < (3, 15) or sys.exit(1)
VERSION  = import sys; print("%d.%d" % sys.version_info[:2])

# Scripts and the editable install hold absolute paths: an environment serves the checkout it was
# made in, with the Python it was made with, while that Python still runs.
MADE   := $(shell $(BIN)/python -c '$(VERSION)' 2>/dev/null)
WANTED := $(if $(PYTHON),$(shell "$(PYTHON)" -c '$(VERSION)' 2>/dev/null),$(MADE))
ifeq ($(shell cat $(STAMP) 2>/dev/null) $(WANTED),$(MADE) $(CURDIR) $(MADE))
INTACT := yes
else
$(STAMP): force
endif

# The stamp goes first and comes back last, so that an install which was cut short starts afresh.
# To compile every file of every package takes as long as the rest: Python compiles what it imports.
$(STAMP): requirements.lock pyproject.toml
	@rm -f $@
	@[ "$(INTACT)" ] || { \
	  for python in $(if $(PYTHON),"$(PYTHON)",$(CANDIDATES)); do \
	    "$$python" -c '$(SUITABLE)' 2>/dev/null && break; python=; \
	  done; \
	  if [ -z "$$python" ]; then \
	    echo "follownet wants Python 3.11 to 3.14 with venv and ensurepip:" \
	      "make PYTHON=/path/to/python3.12" >&2; \
	    exit 1; \
	  fi; \
	  echo "Making $(VENV) with $$("$$python" --version), $$(command -v "$$python")"; \
	  echo "It downloads about 180 MB the first time; later everything works offline."; \
	  "$$python" -m venv --clear $(VENV); \
	}
	@$(BIN)/python -m pip install --quiet --no-compile --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --no-build-isolation --no-deps --editable .
	@echo "$$($(BIN)/python -c '$(VERSION)') $(CURDIR)" >$@
