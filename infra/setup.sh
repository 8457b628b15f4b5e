#!/bin/sh
# Builds .venv from a bare Python >= 3.11: hash-locked packages, by uv, or by pip where uv cannot be had.
# Called by `make setup`; every other target calls it first, and a stamp file makes the second call free.
set -eu
cd "$(dirname "$0")/.."

works() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }
fail() { echo "make setup: $*" >&2; exit 1; }

python=.venv/bin/python
if ! works "$python"; then
    base=
    for candidate in ${PYTHON:-} python3.13 python3.12 python3.11 python3 python; do
        if works "$candidate"; then base=$candidate; break; fi
    done
    [ -n "$base" ] || fail "Rapport needs Python 3.11 or newer; none was found (looked for python3.13, 3.12, 3.11, python3, python; set PYTHON=/path/to/python)"
    rm -rf .venv
    echo "creating .venv with $("$base" --version)"
    # Some distributions ship venv without ensurepip: then an outer pip installs into the new environment.
    "$base" -m venv .venv >/dev/null 2>&1 || "$base" -m venv --clear --without-pip .venv ||
        fail "$base cannot create a virtual environment; install its venv module (Debian: apt install python3-venv)"
fi

install_by_pip() {
    if "$python" -m pip --version >/dev/null 2>&1; then
        "$python" -m pip install -q --disable-pip-version-check --require-hashes --no-deps "$@"
    elif [ -n "${base:-}" ] && "$base" -m pip --version >/dev/null 2>&1; then
        "$base" -m pip --python "$python" install -q --disable-pip-version-check --require-hashes --no-deps "$@"
    else
        return 1
    fi
}

uv=.venv/bin/uv
if ! [ -x "$uv" ]; then
    install_by_pip -r requirements/uv.txt || uv=$(command -v uv) ||
        fail "neither pip nor uv is there to install packages (Debian: apt install python3-venv python3-pip)"
fi

echo "installing locked packages"
if ! "$uv" pip sync -q --require-hashes --python "$python" requirements/bench.txt requirements/chalice.txt; then
    echo "uv could not install them; trying pip" >&2
    install_by_pip -r requirements/bench.txt -r requirements/chalice.txt || fail "installing the locked packages failed"
fi
# Bytecode now, so that the first start is as quick as the next ones. A few packages carry templates
# that are no Python; they are told and passed over.
packages=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
"$python" -m compileall -qq -j 0 functions shared infra "$packages" || :
touch .venv/.installed
