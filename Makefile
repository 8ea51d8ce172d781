.PHONY: serve test setup lint lock

# make serve ARGS="--port 9000"; make serve DEMO=1
serve: setup
	@exec .venv/bin/bot serve $(if $(DEMO),--demo) $(ARGS)

# All tests, on two processes; make test ARGS="tests/policy -x" for some.
test: setup
	@.venv/bin/python -m pytest $(or $(ARGS),--numprocesses 2 --dist loadfile)

setup:
	@sh scripts/setup

lint: setup
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy

# Takes up what pyproject.toml asks for; with ARGS=--upgrade, newer releases too.
lock: setup
	.venv/bin/uv pip compile pyproject.toml --extra dev --output-file requirements.lock --quiet \
		--universal --python-version 3.10 --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command "make lock" $(ARGS)
