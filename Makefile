# Two commands matter: `make run` and `make test`. Both need git, make and python3 with venv.
PYTHON ?= python3

.PHONY: run test lock
run:  ## The whole desk on this machine, until Ctrl-C (HOST, PORT, SWAPDESK_HOME)
	@$(PYTHON) install.py && exec .venv/bin/python -m config.launch

lock:  ## Pin every dependency with its hashes (needs uv)
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header -o requirements.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
