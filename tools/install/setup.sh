#!/usr/bin/env bash
# What a fresh machine lacks, one part a call: python | proofs | node | chromium. Says what to install where it may not do it itself.
set -euo pipefail
cd "$(dirname "$0")/../.."

die() { printf '\n%s\n' "$*" >&2; exit 1; }

setup_python() {
  command -v "$PYTHON" >/dev/null || PYTHON=python3
  command -v "$PYTHON" >/dev/null || die "Python is missing: install Python 3.11 (Debian: apt-get install python3 python3-venv)."
  "$PYTHON" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' \
    || die "Python 3.11 is needed, this is $("$PYTHON" --version). Install it and run: make PYTHON=/path/to/python3.11 …"
  echo "· Python packages into .venv (about a minute the first time)"
  if [ ! -x .venv/bin/uv ]; then
    "$PYTHON" -m venv .venv || die "The venv module is missing (Debian: apt-get install python3-venv)."
    .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements-uv.lock
  fi
  export UV_LINK_MODE=copy
  .venv/bin/uv pip sync -q -p .venv --require-hashes requirements.lock
  .venv/bin/uv pip install -q -p .venv --no-deps --require-hashes -r requirements-data.lock
  .venv/bin/uv pip install -q -p .venv --no-deps --no-build-isolation -e .
  # Every program of this environment finds the repository's compiler and chain, however it is started.
  printf 'import os; os.environ.setdefault("SOLCX_BINARY_PATH", "%s"); os.environ["PATH"] = "%s" + os.pathsep + os.environ["PATH"]\n' \
    "$PWD/bin" "$PWD/bin" > "$(.venv/bin/python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/solpact_toolchain.pth"
  touch .venv/.ready
}

setup_proofs() {
  echo "· The symbolic checker into .venv-proofs"
  .venv/bin/uv venv -q --allow-existing -p .venv/bin/python .venv-proofs
  .venv/bin/uv pip sync -q -p .venv-proofs --require-hashes requirements-proofs.lock
  touch .venv-proofs/.ready
}

setup_node() {
  command -v node >/dev/null || die "Node is missing: install Node 20 or newer (https://nodejs.org, or Debian: apt-get install nodejs npm)."
  node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' || die "Node 20 or newer is needed, this is $(node --version)."
  echo "· npm packages into node_modules"
  # Not `npm ci`: with a lock free of registry addresses npm 11 leaves other platforms' binaries out of it, and `ci` then
  # refuses. Every version is pinned in package.json and the lock, so `install` brings the same packages.
  npm install --silent --ignore-scripts --no-audit --no-fund --no-save
  touch node_modules/.ready
}

setup_chromium() {
  local name
  for name in chromium-headless-shell chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && return
  done
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "· Chromium, for the browser tests (Debian package)"
    apt-get update -qq >/dev/null
    for name in chromium-headless-shell chromium; do # the first has no windows and is the quicker one
      DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$name" >/dev/null && return
    done
  fi
  die "Chromium is missing, and only root may install it: run 'sudo apt-get install chromium-headless-shell' (or your system's way), then again."
}

"setup_${1:?python, proofs, node or chromium}"
