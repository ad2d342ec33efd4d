#!/usr/bin/env bash
# As on a new machine: clone into an empty folder, with empty caches, and time both commands, cold and warm.
set -euo pipefail
cd "$(dirname "$0")/../.."
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
git clone -q . "$folder/solpact"
cd "$folder/solpact"
export XDG_CACHE_HOME="$folder/cache" PIP_CACHE_DIR="$folder/cache/pip" UV_CACHE_DIR="$folder/cache/uv"
export npm_config_cache="$folder/cache/npm" APE_DATA_FOLDER="$folder/ape"

timed() {
  local name=$1 log="$folder/$2.log" start end
  start=$(date +%s.%N)
  if ! "${@:3}" >"$log" 2>&1; then
    printf '%s failed:\n' "$name" >&2
    tail -n 40 "$log" >&2
    exit 1
  fi
  end=$(date +%s.%N)
  printf '%-28s %6.1f s   %s\n' "$name" "$(awk -v a="$start" -v b="$end" 'BEGIN { print b - a }')" "$(tail -n 1 "$log" | cut -c 1-100)"
}

timed "make demo ONCE=1, cold" demo1 make demo ONCE=1
timed "make demo ONCE=1, warm" demo2 make demo ONCE=1
timed "make test, first" test1 make test
timed "make test, second" test2 make test
