# Two commands matter: `make run` and `make test`. Both need git, make and python3 with venv.
PYTHON ?= python3

.PHONY: run test prove bench lint lock
run:  ## The whole desk on this machine, until Ctrl-C (HOST, PORT, SWAPDESK_HOME)
	@$(PYTHON) install.py && exec .venv/bin/python -m config.launch

test:  ## Every gate: lint, types, layers, tests with a browser (WORKERS=2)
	@$(PYTHON) install.py --dev && exec .venv/bin/python -m tests.gate

prove:  ## Every claim at full size, each with a control that must fail (SEED=…, ONLY="guesses notices")
	@$(PYTHON) install.py --dev && exec .venv/bin/python -m bench.prove $(if $(SEED),--seed $(SEED)) $(ONLY)

bench:  ## How fast, beside PostgreSQL's own limit and two peers (ONLY="hold sweep")
	@$(PYTHON) install.py --dev && exec .venv/bin/python -m bench.measure $(ONLY)

lint:  ## What can be put right by machine
	@.venv/bin/ruff check --fix --quiet && .venv/bin/ruff format --quiet

lock:  ## Pin every dependency with its hashes (needs uv)
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header -o requirements.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
