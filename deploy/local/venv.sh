#!/bin/sh
# venv.sh VENV LOCK: a virtual environment that holds what LOCK lists, every file checked against its hash.
# Takes what the machine has: uv (or UV=path); else venv with pip; else pip's wheel from Debian, unpacked and not installed.
# PYTHON=path chooses the interpreter. A second run with the same lock and interpreter does nothing.
set -eu
venv=$1
lock=$2
python=${PYTHON:-python3}
uv=${UV:-uv}

command -v "$python" >/dev/null 2>&1 || { echo "No $python here: install Python 3.11 or newer, or set PYTHON=path." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1). Set PYTHON=path to choose another." >&2
    exit 1
}

# One at a time: two calls of make may meet here. The lock file itself serves, so that nothing is left behind.
exec 9<"$lock"
! command -v flock >/dev/null 2>&1 || flock 9

wanted=$("$python" -c 'import hashlib, sys
print(hashlib.sha256(open(sys.argv[1], "rb").read()).hexdigest(), "%d.%d" % sys.version_info[:2])' "$lock")
stamp=$venv/.lock-stamp
if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$wanted" ] && "$venv/bin/python" -c '' 2>/dev/null; then
    exit 0
fi

# A folder left by an interpreter that has gone, or by another version of it, cannot be repaired.
here=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
there=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)
if [ -e "$venv" ] && [ "$here" != "$there" ]; then
    rm -rf "$venv"
fi
rm -f "$stamp"

# Pip out of Debian's python3-pip-whl package, for a Python that came without it.
pip_from_debian() {
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
    for step in update "download python3-pip-whl"; do
        # shellcheck disable=SC2086
        (cd "$scratch" && apt-get -qq -o Dir::State::Lists="$scratch/lists" -o Dir::Cache="$scratch/cache" \
            -o APT::Sandbox::User=root -o Debug::NoLocking=1 -o Acquire::Retries=3 $step)
    done
    (cd "$scratch" && dpkg-deb -x python3-pip-whl*.deb .)
    wheels=$scratch/usr/share/python-wheels
    PYTHONPATH=$(echo "$wheels"/pip-*.whl) "$venv/bin/python" -m pip install -q --no-index --find-links "$wheels" pip
}

if command -v "$uv" >/dev/null 2>&1; then
    echo "virtual environment: $venv, with uv"
    [ -x "$venv/bin/python" ] || "$uv" venv -q --python "$python" "$venv"
    "$uv" pip sync -q --require-hashes --python "$venv/bin/python" "$lock" 9<&-
else
    if [ ! -x "$venv/bin/python" ] && ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        rm -rf "$venv"
        "$python" -m venv --without-pip "$venv"
    fi
    if ! "$venv/bin/python" -m pip --version >/dev/null 2>&1 && ! "$venv/bin/python" -m ensurepip >/dev/null 2>&1; then
        echo "virtual environment: no pip here, taking Debian's wheel of it (nothing is installed)"
        pip_from_debian
    fi
    echo "virtual environment: $venv, with pip (about a minute)"
    "$venv/bin/python" -m pip install -q --disable-pip-version-check --require-hashes -r "$lock" 9<&-
fi
echo "$wanted" >"$stamp"
