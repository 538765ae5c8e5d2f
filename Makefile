.PHONY: lock
lock:  ## Pin every dependency with its hashes
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header -o requirements.txt pyproject.toml
	uv pip compile -q --universal --generate-hashes --python-version 3.11 --no-header --extra dev -c requirements.txt -o requirements-dev.txt pyproject.toml
