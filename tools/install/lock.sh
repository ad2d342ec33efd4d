#!/usr/bin/env bash
# Resolve the Python packages anew: exact versions with hashes, no registry's address.
set -euo pipefail
cd "$(dirname "$0")/../.."
uv() { .venv/bin/uv pip compile -q --python-version 3.11 --generate-hashes --no-emit-index-url --no-header "$@"; }
uv pyproject.toml --all-extras -o requirements.lock
uv requirements-data.in --no-deps -o requirements-data.lock
uv requirements-proofs.in -o requirements-proofs.lock
grep -A9 '^uv==' requirements.lock | sed -n '1p' | cut -d' ' -f1 | uv - -o requirements-uv.lock
