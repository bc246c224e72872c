#!/bin/sh
# venv.sh VENV LOCK...: a virtual environment that holds what the locks list, every file checked against its hash.
# Works with uv: the one at hand (or UV=path), else one that pip fetches by requirements-uv.lock; and with pip alone where uv does not get
# through. Pip is the interpreter's own, or its wheel from Debian, unpacked and not installed. PYTHON=path chooses the interpreter.
# A lock that was installed before stays installed; a second run with the same locks and interpreter does nothing.
set -eu
venv=$1
shift
here=$(dirname "$0")
python=${PYTHON:-python3}
uv=${UV:-uv}

say() { echo "virtual environment: $*"; }

command -v "$python" >/dev/null 2>&1 || { echo "No $python here: install Python 3.11 or newer, or set PYTHON=path." >&2; exit 1; }
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || {
    echo "Python 3.11 or newer is needed; $python is $("$python" -V 2>&1). Set PYTHON=path to choose another." >&2
    exit 1
}

# One at a time: two calls of make may meet here. The lock file itself serves, so that nothing is left behind.
exec 9<"$1"
! command -v flock >/dev/null 2>&1 || flock 9

# A line for the interpreter and one for each lock.
stamp=$venv/.lock-stamp
print_stamp() {
    "$python" -c 'import hashlib, sys
print("python %d.%d" % sys.version_info[:2])
for name in sys.argv[1:]: print(hashlib.sha256(open(name, "rb").read()).hexdigest(), name)' "$@"
}
wanted=$(print_stamp "$@")
if [ -f "$stamp" ] && "$venv/bin/python" -c '' 2>/dev/null &&
    ! echo "$wanted" | grep -qvxFf "$stamp"; then
    exit 0
fi
# What other targets had installed is kept with it.
if [ -f "$stamp" ]; then
    while read -r _ name; do
        case " $* " in *" $name "*) ;; *) [ ! -f "$name" ] || set -- "$@" "$name" ;; esac
    done <"$stamp"
fi
wanted=$(print_stamp "$@")

# A folder left by an interpreter that has gone, or by another version of it, cannot be repaired.
version() { "$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true; }
if [ -e "$venv" ] && [ "$(version "$python")" != "$(version "$venv/bin/python")" ]; then
    rm -rf "$venv"
fi
rm -rf "$stamp" "$venv"/scratch.*
[ -x "$venv/bin/python" ] || "$python" -m venv --without-pip "$venv"
scratch=$(mktemp -d "$(cd "$venv" && pwd)/scratch.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 1' HUP INT TERM

# Prints where pip can be taken from, as a place for PYTHONPATH: nothing of it is left in the environment.
find_pip() {
    "$python" -c 'import glob, os, sys
try:
    import ensurepip
    bundled = [os.path.join(os.path.dirname(ensurepip.__file__), "_bundled"), getattr(ensurepip, "_WHEEL_PKG_DIR", None)]
except ImportError:
    bundled = []
for folder in [*filter(None, bundled), "/usr/share/python-wheels", sys.argv[1]]:
    for wheel in glob.glob(os.path.join(glob.escape(folder), "pip-*.whl")):
        print(wheel)
        sys.exit()' "$scratch/usr/share/python-wheels"
}
# Pip out of Debian's python3-pip-whl package, for a Python that came without it.
fetch_pip() {
    say "no pip here, taking Debian's wheel of it (nothing is installed)"
    mkdir -p "$scratch/lists/partial" "$scratch/cache/archives/partial"
    for step in update "download python3-pip-whl"; do
        # shellcheck disable=SC2086
        (cd "$scratch" && apt-get -qq -o Dir::State::Lists="$scratch/lists" -o Dir::Cache="$scratch/cache" \
            -o APT::Sandbox::User=root -o Debug::NoLocking=1 -o Acquire::Retries=3 $step)
    done
    (cd "$scratch" && dpkg-deb -x python3-pip-whl*.deb .)
}
pip_wheel=$(find_pip)
[ -n "$pip_wheel" ] || { fetch_pip; pip_wheel=$(find_pip); }
pip() { PYTHONPATH=$pip_wheel "$venv/bin/python" -m pip --disable-pip-version-check "$@" 9<&-; }

if ! command -v "$uv" >/dev/null 2>&1; then
    uv=$venv/uv/bin/uv
    if [ ! -x "$uv" ]; then
        say "no uv here, fetching it"
        pip install -q --require-hashes --no-deps --target "$venv/uv" -r "$here/../../requirements-uv.lock" ||
            say "uv cannot be had"
    fi
fi
if [ -x "$uv" ] || command -v "$uv" >/dev/null 2>&1; then
    say "$venv, with uv, from $*"
    if PYTHONPATH=$pip_wheel "$venv/bin/python" "$here/uv.py" "$uv" pip sync -q --require-hashes --python "$venv/bin/python" "$@" 9<&-; then
        echo "$wanted" >"$stamp"
        exit 0
    fi
    say "uv did not get through"
    rm -rf "$venv/uv"
fi
say "$venv, with pip, from $* (about a minute)"
locks=$(printf -- '-r %s ' "$@")
# shellcheck disable=SC2086
pip install -q --require-hashes $locks
echo "$wanted" >"$stamp"
