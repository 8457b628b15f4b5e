#!/bin/sh
# Rewrites requirements/*.txt from requirements/*.in: exact versions with hashes, no registry address recorded.
# Runtime is resolved under the constraints of the development set, so both hold the same versions.
set -eu
cd "$(dirname "$0")/../requirements"
lock() {
    name=$1
    shift
    ../.venv/bin/uv pip compile -q ${UPGRADE:+--upgrade} --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-annotate --no-header "$@" "$name.in" -o "$name.txt"
}
lock bench
lock dev -c bench.txt
lock runtime -c bench.txt
lock uv -c bench.txt
lock chalice --no-deps
lock checkov
